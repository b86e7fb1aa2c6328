package io.github.belay.testing.sim

import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.Backoff
import io.github.belay.policy.Jitter
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Watches when reconnects begin: the delay that is announced lies within what strategy, floor and server allow, and the
 * attempt begins when it was announced, unless the user connects or disconnects in between.
 */
internal class BackoffRules(
    private val settings: Settings,
    private val strategy: Backoff,
    private val violations: Violations,
    private val now: () -> Duration,
) {
    private var attempt = 0
    private var attemptAt = Duration.ZERO

    /** How long the newest link has been usable; null when it never was. */
    private var readyAt: Duration? = null
    private var readyFor: Duration? = null

    /** When the next attempt begins; null when none is announced. */
    private var dueAt: Duration? = null
    private var announcedAt = Duration.ZERO
    private var connectedAt: Duration? = null
    private var stayAwayUntil: Duration? = null
    private var stoppedAt: Duration? = null

    /** The user connects. */
    fun connects() {
        connectedAt = now()
    }

    /** The user disconnects or ends everything: nothing that was announced needs to happen. */
    fun stops() {
        stoppedAt = now()
        dueAt = null
    }

    /** The server turned an attempt away and asked to be left alone for [retryAfter]. */
    fun isToldToStayAway(retryAfter: Duration) {
        stayAwayUntil = now() + retryAfter
    }

    /** The transport is asked for a link. */
    fun attempts() {
        val until = stayAwayUntil ?: return
        stayAwayUntil = null
        val isWish = connectedAt?.let { it >= announcedAt } ?: false
        violations.require(now() >= until || isWish, Invariant.BACKOFF) {
            "an attempt at ${now()}, but the server asked to stay away until $until"
        }
    }

    fun on(status: WsConnectionStatus) {
        if (status == WsConnectionStatus.CONNECTED) {
            readyAt = now()
        } else {
            readyAt?.let { readyFor = now() - it }
            readyAt = null
        }
    }

    fun on(event: WsLifecycleEvent) {
        when (event) {
            is WsLifecycleEvent.Connecting -> {
                began(event)
                attempt = event.attempt
                attemptAt = now()
                readyFor = null
            }

            is WsLifecycleEvent.Refused -> {
                began(event)
                announce(event.retryIn)
            }

            is WsLifecycleEvent.Disconnected -> {
                lost(event)
            }

            is WsLifecycleEvent.Opened, is WsLifecycleEvent.Ready, is WsLifecycleEvent.GaveUp,
            is WsLifecycleEvent.Closed, is WsLifecycleEvent.SubscriptionFailed, is WsLifecycleEvent.HighLatency,
            -> {
                return
            }
        }
    }

    private fun announce(delay: Duration?) {
        announcedAt = now()
        dueAt = delay?.let { now() + it }
    }

    /** An attempt began, or would have begun but for the breaker. */
    private fun began(event: WsLifecycleEvent) {
        val due = dueAt
        dueAt = null
        val isOnTime = due != null && now() >= due && now() <= due + TOLERANCE
        violations.require(isOnTime || isUsersWish(), Invariant.BACKOFF) {
            "$event came at ${now()} but was due at $due"
        }
    }

    /** True if the user connected since the announcement, or wanted a restart; or a stop comes just too late. */
    private fun isUsersWish(): Boolean {
        val connected = connectedAt ?: return false
        val stopped = stoppedAt
        val restarts = stopped != null && stopped >= attemptAt && connected >= stopped
        return connected >= announcedAt || restarts || stopped == now()
    }

    private fun lost(event: WsLifecycleEvent.Disconnected) {
        val retryIn = event.retryIn
        announce(retryIn)
        if (retryIn == null) return
        val allowed = allowed(event.cause)
        violations.require(allowed.any { retryIn in it }, Invariant.BACKOFF) {
            "$event, but attempt $attempt with $readyFor of being ready allows $allowed"
        }
    }

    private fun allowed(cause: WsDisconnectCause): List<ClosedRange<Duration>> {
        val asked = (cause as? WsDisconnectCause.HandshakeFailed)?.retryAfter ?: Duration.ZERO
        val delays =
            when (settings.action(cause)) {
                WsDisconnectAction.ABORT -> emptyList()
                WsDisconnectAction.IMMEDIATE_RECONNECT -> listOf(floor())
                WsDisconnectAction.BACKOFF_RECONNECT -> failures().map(::backoff)
            }
        return delays.map { maxOf(it.start, asked)..maxOf(it.endInclusive, asked) }
    }

    private fun floor(): ClosedRange<Duration> =
        (1.seconds - (now() - attemptAt)).coerceAtLeast(Duration.ZERO).let { it..it }

    /**
     * Failures in a row, this one counted. A link that was ready for the stability window to the very instant may count
     * as either.
     */
    private fun failures(): List<Int> {
        val lived = readyFor
        return when {
            lived == null || lived < settings.stabilityWindow -> listOf(attempt)
            lived == settings.stabilityWindow -> listOf(attempt, 1)
            else -> listOf(1)
        }
    }

    private fun backoff(failures: Int): ClosedRange<Duration> {
        val full = strategy.delayMillis(failures)
        val least =
            when (strategy.jitter) {
                Jitter.None -> full
                Jitter.Equal -> full - full / 2
                Jitter.Full -> 0L
            }
        return least.milliseconds..full.milliseconds
    }

    private companion object {
        /** Timers have whole milliseconds. */
        val TOLERANCE = 1.milliseconds
    }
}
