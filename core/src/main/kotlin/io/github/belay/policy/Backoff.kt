package io.github.belay.policy

import kotlin.time.Duration

/**
 * What all built-in backoffs share: a delay computed from the attempt's number alone, spread by [jitter], and two
 * optional limits after which the client gives up.
 *
 * Immutable and without state, so one instance may serve any number of connections and [reset] has nothing to do.
 *
 * @property jitter how each delay is spread.
 * @property maxAttempts retries allowed in one outage, at least 1; null for no limit.
 * @property maxElapsed how long after the beginning of an outage a retry may still start; null for no limit. A retry
 *   whose delay would end later is refused at once instead of being waited for.
 */
public sealed class Backoff(
    public val jitter: Jitter,
    public val maxAttempts: Int?,
    public val maxElapsed: Duration?,
) : WsReconnectStrategy {
    init {
        require(maxAttempts == null || maxAttempts >= 1) { "maxAttempts must be at least 1, was $maxAttempts" }
        require(maxElapsed == null || maxElapsed.isPositive()) { "maxElapsed must be positive, was $maxElapsed" }
    }

    /**
     * Milliseconds before retry number [attempt], jitter left out; never less than for the attempt before.
     *
     * Defined for every attempt from 1 to [Int.MAX_VALUE].
     *
     * @throws IllegalArgumentException when [attempt] is below 1
     */
    public fun delayMillis(attempt: Int): Long {
        require(attempt >= 1) { "attempt must be at least 1, was $attempt" }
        return curveMillis(attempt)
    }

    /** The curve itself; [attempt] is at least 1. */
    protected abstract fun curveMillis(attempt: Int): Long

    final override fun nextDelayMillis(retry: WsRetry): Long =
        jitter.spreadMillis(delayMillis(retry.attempt), retry.draw)

    final override fun mayRetry(retry: WsRetry): Boolean =
        (maxAttempts == null || retry.attempt <= maxAttempts) &&
            (maxElapsed == null || retry.elapsed + nextDelay(retry) <= maxElapsed)
}
