package io.github.belay.policy

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * All that a [WsReconnectStrategy] may look at when it decides on one retry.
 *
 * Time and randomness arrive here as values, so a strategy needs neither a clock nor a random source and answers the
 * same question always in the same way. Immutable; safe from any thread.
 *
 * @property attempt 1 for the first retry after a loss, one more for each further retry of the same outage. The first
 *   attempt of an explicit connect is not a retry and is not counted.
 * @property elapsed time since the outage began.
 * @property draw uniformly distributed in `[0, 1)`, drawn by the caller from its seeded source, once for each retry.
 * @throws IllegalArgumentException when a value is out of its range
 */
public class WsRetry(
    public val attempt: Int,
    public val elapsed: Duration,
    public val draw: Double,
) {
    init {
        require(attempt >= 1) { "attempt must be at least 1, was $attempt" }
        require(!elapsed.isNegative()) { "elapsed must not be negative, was $elapsed" }
        require(draw >= 0.0 && draw < 1.0) { "draw must be at least 0.0 and below 1.0, was $draw" }
    }

    /** [elapsed] in whole milliseconds, the form that Java can read. */
    public val elapsedMillis: Long get() = elapsed.inWholeMilliseconds

    override fun toString(): String = "WsRetry(attempt=$attempt, elapsed=$elapsed, draw=$draw)"

    public companion object {
        /** The same as the constructor, with the elapsed time in milliseconds so that Java can call it. */
        @JvmStatic
        public fun ofMillis(
            attempt: Int,
            elapsedMillis: Long,
            draw: Double,
        ): WsRetry = WsRetry(attempt, elapsedMillis.milliseconds, draw)
    }
}
