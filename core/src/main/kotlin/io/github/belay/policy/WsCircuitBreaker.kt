package io.github.belay.policy

import io.github.belay.policy.BreakerPermit.Granted
import io.github.belay.policy.BreakerPermit.Refused
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

/**
 * Spares a failing server: after enough failed connection attempts in a row it refuses further ones for a while, then
 * lets a few through as probes. [BreakerState] draws the states.
 *
 * Ask [tryAcquire] before each attempt and report the end of every [Granted] one exactly once. What counts as a success
 * is the caller's word: a handshake alone proves little, a connection that stayed up for the stability window does. An
 * end that says nothing about the server, such as a close the user asked for, is neutral.
 *
 * The result of an attempt that began before the breaker's last change of state neither closes it, nor opens it, nor
 * lengthens the time it stays open. A probe that never reports its end gives its place up after
 * [WsCircuitBreakerConfig.openTimeout], so a lost report cannot keep the breaker half-open for good.
 *
 * Safe from any thread, and never blocks but for a lock held for a few instructions. One instance may guard several
 * connections to the same server.
 *
 * @property config the settings.
 * @param timeSource the clock; read once in each call that needs it
 * @param listener hears of every change of state
 */
public class WsCircuitBreaker
    @JvmOverloads
    constructor(
        public val config: WsCircuitBreakerConfig = WsCircuitBreakerConfig(),
        timeSource: TimeSource = TimeSource.Monotonic,
        private val listener: BreakerStateListener = BreakerStateListener { _, _ -> },
    ) {
        private val lock = Any()
        private val origin = timeSource.markNow()

        // Everything below is read and written under [lock].
        private var period: Period = Period.Closed()
        private var lastFailureAt: Duration? = null
        private var totalRequests = 0L
        private var rejectedRequests = 0L
        private var trips = 0L
        private var listenerErrors = 0L

        /**
         * Asks for one connection attempt: [Granted], or [Refused] with the positive time after which to ask again.
         *
         * Whether it is refused and for how long come from one reading of the clock, so a caller that asks in the very
         * moment of expiry is granted its attempt, and no caller is sent away without a time to come back.
         */
        public fun tryAcquire(): BreakerPermit =
            change {
                totalRequests++
                val now = origin.elapsedNow()
                val wait = period.waitFrom(now)
                if (wait.isPositive()) {
                    rejectedRequests++
                    Refused(wait)
                } else {
                    if (period is Period.Open) period = Period.HalfOpen(config)
                    Granted(period, now).also { (period as? Period.HalfOpen)?.admit(it) }
                }
            }

        /** The attempt of [permit] succeeded: failures in a row are forgotten, or a half-open breaker nears closing. */
        public fun onSuccess(permit: Granted) {
            change {
                when (val current = settleLocked(permit)) {
                    is Period.Closed -> current.failures = 0
                    is Period.HalfOpen -> if (++current.successes >= config.successThreshold) period = Period.Closed()
                    is Period.Open, null -> Unit
                }
            }
        }

        /** The attempt of [permit] failed: one more failure in a row, or the end of a half-open period. */
        public fun onFailure(permit: Granted) {
            change {
                val now = origin.elapsedNow()
                if (!permit.settled) lastFailureAt = now
                when (val current = settleLocked(permit)) {
                    is Period.Closed -> {
                        if (++current.failures >= config.failureThreshold) period = open(now, current.failures)
                    }

                    is Period.HalfOpen -> {
                        period = open(now, failures = 1)
                    }

                    is Period.Open, null -> {
                        Unit
                    }
                }
            }
        }

        /** The attempt of [permit] ended and proves nothing: a probe gives its place back, nothing else changes. */
        public fun onNeutral(permit: Granted) {
            change { settleLocked(permit) }
        }

        /**
         * Closes the breaker and forgets the failures in a row; attempts already under way no longer count. A
         * connection that was refused before is not woken: it tries when its wait is over, or when it is told to
         * connect.
         */
        public fun reset() {
            change { period = Period.Closed() }
        }

        /**
         * Opens the breaker for the full open time from now, whatever its state; attempts already under way no longer
         * count.
         */
        public fun trip() {
            change { period = open(origin.elapsedNow(), failures = 0) }
        }

        /** State and counters in one consistent snapshot. */
        public fun stats(): WsCircuitBreakerStats =
            synchronized(lock) {
                val now = origin.elapsedNow()
                val current = period
                WsCircuitBreakerStats(
                    state = current.state,
                    consecutiveFailures =
                        when (current) {
                            is Period.Closed -> current.failures
                            is Period.Open -> current.failures
                            is Period.HalfOpen -> 0
                        },
                    successes = (current as? Period.HalfOpen)?.successes ?: 0,
                    timeUntilRetry = current.waitFrom(now),
                    sinceLastFailure = lastFailureAt?.let { now - it },
                    totalRequests = totalRequests,
                    rejectedRequests = rejectedRequests,
                    trips = trips,
                    listenerErrors = listenerErrors,
                )
            }

        /** Takes the end of [permit] down; the period it counts for, or null when that is over or was told before. */
        private fun settleLocked(permit: Granted): Period? {
            if (permit.settled) return null
            permit.settled = true
            val current = period.takeIf { it === permit.period }
            (current as? Period.HalfOpen)?.release(permit)
            return current
        }

        private fun open(
            now: Duration,
            failures: Int,
        ) = Period.Open(failures, until = now + config.openTimeout)

        /** Runs [block] under the lock and reports the change of state that it made, if any, after leaving the lock. */
        private inline fun <T> change(block: () -> T): T {
            val from: BreakerState
            val to: BreakerState
            val result: T
            synchronized(lock) {
                from = period.state
                result = block()
                to = period.state
                if (from != to && to == BreakerState.Open) trips++
            }
            if (from != to) announce(from, to)
            return result
        }

        // Whatever the listener throws must not cost the caller its permit, and there is no coroutine here to cancel.
        @Suppress("TooGenericExceptionCaught", "SwallowedException")
        private fun announce(
            from: BreakerState,
            to: BreakerState,
        ) {
            try {
                listener.onStateChange(from, to)
            } catch (e: Exception) {
                synchronized(lock) { listenerErrors++ }
            }
        }
    }

/**
 * The time between two changes of state. Its identity tells whether a permit is still of its time.
 *
 * Every field is read and written under the breaker's lock.
 */
private sealed class Period(
    val state: BreakerState,
) {
    /** When the next attempt is granted, on the breaker's clock; null when it need not wait. */
    protected abstract val nextGrantAt: Duration?

    /**
     * How long an attempt asked for at [now] has to wait; zero when it need not.
     *
     * Rounded up to the resolution of timers, so that one set for this time never fires before the time is over.
     */
    fun waitFrom(now: Duration): Duration {
        val wait = (nextGrantAt ?: now) - now
        if (!wait.isPositive()) return Duration.ZERO
        val whole = wait.inWholeMilliseconds.milliseconds
        return if (whole < wait) whole + 1.milliseconds else whole
    }

    class Closed : Period(BreakerState.Closed) {
        var failures = 0

        override val nextGrantAt: Duration? get() = null
    }

    class Open(
        val failures: Int,
        private val until: Duration,
    ) : Period(BreakerState.Open) {
        override val nextGrantAt: Duration get() = until
    }

    class HalfOpen(
        private val config: WsCircuitBreakerConfig,
    ) : Period(BreakerState.HalfOpen) {
        var successes = 0

        /** Probes whose end is not known, the oldest first; at most [WsCircuitBreakerConfig.halfOpenPermits]. */
        private val probes = ArrayDeque<Granted>()

        override val nextGrantAt: Duration?
            get() = if (probes.size < config.halfOpenPermits) null else probes.first().grantedAt + config.openTimeout

        /** Gives [probe] a place: a free one, or that of the oldest probe, whose time is over. */
        fun admit(probe: Granted) {
            if (probes.size == config.halfOpenPermits) probes.removeFirst()
            probes.addLast(probe)
        }

        fun release(probe: Granted) {
            probes.remove(probe)
        }
    }
}
