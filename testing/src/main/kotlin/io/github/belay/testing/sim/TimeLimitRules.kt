package io.github.belay.testing.sim

import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure.TIMED_OUT
import io.github.belay.lifecycle.WsLifecycleEvent
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * Watches the time limits of a link: each of its two steps, to the open and from there to ready, ends within the limit
 * for it, and a link that is said to have run into a limit has lived for as long as that at least.
 */
internal class TimeLimitRules(
    private val settings: Settings,
    private val violations: Violations,
    private val now: () -> Duration,
) {
    /** When the step under way began, or the link became ready. */
    private var since = Duration.ZERO
    private var isReady = false
    private var openedAt = Duration.ZERO

    fun on(event: WsLifecycleEvent) {
        when (event) {
            is WsLifecycleEvent.Connecting -> begin(isReady = false)

            is WsLifecycleEvent.Opened -> opened(event)

            is WsLifecycleEvent.Ready -> passed(event).also { begin(isReady = true) }

            is WsLifecycleEvent.Disconnected -> ended(event)

            is WsLifecycleEvent.Refused, is WsLifecycleEvent.GaveUp, is WsLifecycleEvent.Closed,
            is WsLifecycleEvent.SubscriptionFailed, is WsLifecycleEvent.HighLatency,
            -> return
        }
    }

    /** A wait for a link, at most [limit] from [start], is over; [isTimeout] if it says that its time was up. */
    fun waited(
        start: Duration,
        limit: Duration,
        isTimeout: Boolean,
    ) {
        val took = now() - start
        val isRight = took <= limit + TOLERANCE && (!isTimeout || took >= limit)
        violations.require(isRight, Invariant.DEADLINE) {
            "a wait of at most $limit took $took and ${if (isTimeout) "said" else "did not say"} that its time was up"
        }
    }

    private fun begin(isReady: Boolean) {
        since = now()
        this.isReady = isReady
    }

    private fun opened(event: WsLifecycleEvent) {
        passed(event)
        begin(isReady = false)
        openedAt = now()
    }

    private fun passed(event: WsLifecycleEvent) {
        // A step that runs into its limit takes the link down before it is over.
        val limit = settings.connectTimeout + settings.closeTimeout * 2 + TOLERANCE
        val took = now() - since
        violations.require(isReady || took <= limit, Invariant.DEADLINE) { "$event came after $took, but had $limit" }
    }

    private fun ended(event: WsLifecycleEvent.Disconnected) {
        passed(event)
        val earliest = earliest(event.cause)
        violations.require(now() >= earliest, Invariant.DEADLINE) { "$event came at ${now()}, not after $earliest" }
    }

    private fun earliest(cause: WsDisconnectCause): Duration =
        when {
            cause is WsDisconnectCause.PongTimeout -> since + settings.pingTimeout
            cause is WsDisconnectCause.StaleData -> openedAt + settings.maxSilence
            cause is WsDisconnectCause.DataTimeout -> since + settings.dataTimeout
            cause is WsDisconnectCause.HandshakeFailed && cause.failure == TIMED_OUT -> since + settings.connectTimeout
            else -> since
        }

    private companion object {
        /** Timers have whole milliseconds. */
        val TOLERANCE = 1.milliseconds
    }
}
