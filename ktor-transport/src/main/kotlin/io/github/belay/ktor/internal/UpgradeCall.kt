package io.github.belay.ktor.internal

import io.github.belay.codec.WsHandshakeRules
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.ktor.client.call.body
import io.ktor.client.plugins.websocket.ClientWebSocketSession
import io.ktor.client.request.prepareRequest
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.request
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlin.coroutines.ContinuationInterceptor

/** How an upgrade was answered. */
internal sealed interface UpgradeAnswer {
    /** A verified 101. */
    class Open(
        val session: ClientWebSocketSession,
        val handshake: WsHandshake,
    ) : UpgradeAnswer

    /** Anything else. */
    class Failed(
        val failure: WsConnectFailure,
    ) : UpgradeAnswer
}

/**
 * One HTTP call that asks for the upgrade and, when it is granted, carries the link.
 *
 * Ktor checks nothing of a 101 but its number, so all of RFC 6455 section 4.1 is checked here.
 */
internal class UpgradeCall(
    private val client: SharedClient,
    private val request: WsConnectRequest,
    private val target: UpgradeTarget,
) {
    private val answer = CompletableDeferred<UpgradeAnswer>()

    /** What is known of an answer that was not 101 and whose body is still being read. */
    @Volatile
    private var refusal: Refusal? = null

    /**
     * Makes the call and keeps it until cancelled, which is the only way to leave: returning out of Ktor's block waits
     * for a writer that may never end.
     */
    @Suppress("TooGenericExceptionCaught") // Ktor reports much of what a peer does wrong by check() and require().
    suspend fun run() {
        try {
            client.http.prepareRequest { describe(request, target) }.execute { response ->
                answer.complete(judge(response))
                awaitCancellation()
            }
        } catch (cancellation: CancellationException) {
            currentCoroutineContext().ensureActive()
            // Not ours: Ktor dresses failures of its own as cancellations.
            fail(cancellation)
        } catch (failure: Exception) {
            fail(failure)
        }
    }

    /** Suspends until the answer is known. */
    suspend fun awaitAnswer(): UpgradeAnswer = answer.await()

    /** What is known when time is up: a refusal whose body did not end in time, or nothing. */
    fun answerSoFar(): UpgradeAnswer.Failed? = refusal?.let { UpgradeAnswer.Failed(it.toFailure()) }

    private fun fail(thrown: Throwable) {
        answer.complete(UpgradeAnswer.Failed(connectFailureOf(thrown, request)))
    }

    private suspend fun judge(response: HttpResponse): UpgradeAnswer =
        if (response.status == HttpStatusCode.SwitchingProtocols) granted(response) else refused(response)

    private suspend fun granted(response: HttpResponse): UpgradeAnswer {
        val session = response.body<ClientWebSocketSession>()
        val turns = currentCoroutineContext()[ContinuationInterceptor] as LinkTurns
        client.startReading(session, request.buffers.maxFrameBytes, turns)
        val key =
            response.request.content.headers[HttpHeaders.SecWebSocketKey]
                .orEmpty()
        val lines = response.headers.lines()
        val broken =
            WsHandshakeRules.verify(
                response.status.value,
                lines,
                key,
                request.subprotocols,
                response.version.toString(),
            )
        if (broken != null) return UpgradeAnswer.Failed(WsConnectFailure.InvalidHandshake(broken))
        return UpgradeAnswer.Open(
            session,
            WsHandshake(WsHeaders.received(lines), response.headers[HttpHeaders.SecWebSocketProtocol]),
        )
    }

    private suspend fun refused(response: HttpResponse): UpgradeAnswer {
        val refusal = Refusal(response.status.value, WsHeaders.received(response.headers.lines()))
        this.refusal = refusal
        refusal.readBodyOf(response)
        return UpgradeAnswer.Failed(refusal.toFailure())
    }
}
