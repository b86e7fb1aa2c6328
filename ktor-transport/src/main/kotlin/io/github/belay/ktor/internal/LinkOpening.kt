package io.github.belay.ktor.internal

import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.ktor.client.plugins.HttpTimeoutConfig
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/** How an opening ended. */
internal sealed interface OpeningEnd {
    /** Granted: [attempt] carries the link and has to be ended with it. */
    class Open(
        val attempt: UpgradeTry,
        val answer: UpgradeAnswer.Open,
    ) : OpeningEnd

    class Failed(
        val failure: WsConnectFailure,
    ) : OpeningEnd
}

/**
 * Opens one link within one time limit: name lookup, then an upgrade call to each address in turn until one answers.
 * Calls run as children of [scope]; one that failed is ended before the next begins.
 */
internal class LinkOpening(
    private val scope: CoroutineScope,
    private val request: WsConnectRequest,
    private val settings: EngineSettings,
    private val pool: ClientPool,
    private val lookup: AddressLookup,
) {
    private val url = request.url
    private var underWay: UpgradeTry? = null

    /** Suspends until the link is open or cannot be opened, at most for the request's time limit. */
    suspend fun run(): OpeningEnd {
        val limit = request.connectTimeoutMillis.milliseconds
        val deadline = TimeSource.Monotonic.markNow() + limit
        val end = withTimeoutOrNull(limit) { tryAddresses(deadline) }
        if (end is OpeningEnd.Open) return end
        val soFar = underWay?.call?.answerSoFar()
        underWay?.end()
        return end ?: OpeningEnd.Failed(soFar?.failure ?: WsConnectFailure.TimedOut(request.connectTimeoutMillis))
    }

    @Suppress("TooGenericExceptionCaught") // A lookup may be the user's own code and throw anything.
    private suspend fun tryAddresses(deadline: TimeMark): OpeningEnd {
        val addresses =
            try {
                addresses()
            } catch (failure: Exception) {
                // A cancellation may be the lookup's own.
                currentCoroutineContext().ensureActive()
                return OpeningEnd.Failed(lookupFailureOf(failure, request))
            }
        var end: OpeningEnd = OpeningEnd.Failed(WsConnectFailure.Unreachable("no address known for ${url.host}"))
        for ((index, address) in addresses.withIndex()) {
            end = tryAddress(UpgradeTarget(address, tcpLimitMillis(deadline, untried = addresses.size - index)))
            // Only where nothing answered is another address worth a try.
            if (end is OpeningEnd.Open || !(end as OpeningEnd.Failed).isSilence()) break
        }
        return end
    }

    private suspend fun addresses(): List<String> =
        if (settings.proxy == null) lookup.addressesOf(url.host).take(MAX_ADDRESSES) else listOf(url.host)

    private suspend fun tryAddress(target: UpgradeTarget): OpeningEnd {
        val key = ClientKey(url.host, url.port, request.tls.takeIf { url.isSecure })
        val first = call(target, key)
        val otherName = underWay?.nameSeen?.takeIf { it != url.host }
        val isNamedOtherwise =
            first is OpeningEnd.Failed && first.failure is WsConnectFailure.TlsFailed && otherName != null
        return if (isNamedOtherwise) call(target, key.copy(otherName = otherName)) else first
    }

    private suspend fun call(
        target: UpgradeTarget,
        key: ClientKey,
    ): OpeningEnd {
        underWay?.end()
        val attempt = UpgradeTry(scope, request, target, pool.lease(key)).also { underWay = it }
        return when (val answer = attempt.call.awaitAnswer()) {
            is UpgradeAnswer.Open -> OpeningEnd.Open(attempt, answer)
            is UpgradeAnswer.Failed -> OpeningEnd.Failed(answer.failure)
        }
    }

    /** TCP's share of the time that is left: all of it for the last address, an even part for those before. */
    private fun tcpLimitMillis(
        deadline: TimeMark,
        untried: Int,
    ): Long =
        if (untried == 1) {
            HttpTimeoutConfig.INFINITE_TIMEOUT_MS
        } else {
            (-deadline.elapsedNow()).inWholeMilliseconds.div(untried).coerceIn(1, MAX_TCP_SHARE_MILLIS)
        }

    private fun OpeningEnd.Failed.isSilence(): Boolean =
        failure is WsConnectFailure.Unreachable || failure is WsConnectFailure.TimedOut

    private companion object {
        const val MAX_ADDRESSES = 8

        /** A TCP connection that takes longer has lost packets twice; meanwhile another address may be well. */
        const val MAX_TCP_SHARE_MILLIS = 2_000L
    }
}
