package io.github.belay.policy

import kotlin.time.Duration

/**
 * One consistent snapshot of a [WsCircuitBreaker], taken in a single moment.
 *
 * @property state the state at that moment. An open breaker stays [BreakerState.Open] after its time is over until the
 *   next attempt is asked for.
 * @property consecutiveFailures failures in a row: while closed those counted so far, while open those that opened the
 *   breaker (0 when it was tripped by hand), while half-open 0.
 * @property successes successful probes of this half-open period; 0 in any other state.
 * @property timeUntilRetry what an attempt asked for at that moment would be told to wait; zero when it would be
 *   granted.
 * @property sinceLastFailure time since a failure was last reported; null when none ever was.
 * @property totalRequests attempts ever asked for, refused ones included.
 * @property rejectedRequests attempts ever refused.
 * @property trips how often the breaker went to [BreakerState.Open], by failures or by hand.
 * @property listenerErrors how often the state listener threw.
 */
public class WsCircuitBreakerStats internal constructor(
    public val state: BreakerState,
    public val consecutiveFailures: Int,
    public val successes: Int,
    public val timeUntilRetry: Duration,
    public val sinceLastFailure: Duration?,
    public val totalRequests: Long,
    public val rejectedRequests: Long,
    public val trips: Long,
    public val listenerErrors: Long,
) {
    /** [timeUntilRetry] in milliseconds, the form that Java can read. */
    public val timeUntilRetryMillis: Long get() = timeUntilRetry.inWholeMilliseconds

    /** [sinceLastFailure] in whole milliseconds, the form that Java can read. */
    public val sinceLastFailureMillis: Long? get() = sinceLastFailure?.inWholeMilliseconds

    override fun toString(): String =
        "WsCircuitBreakerStats(state=$state, consecutiveFailures=$consecutiveFailures, successes=$successes, " +
            "timeUntilRetry=$timeUntilRetry, sinceLastFailure=$sinceLastFailure, totalRequests=$totalRequests, " +
            "rejectedRequests=$rejectedRequests, trips=$trips, listenerErrors=$listenerErrors)"
}
