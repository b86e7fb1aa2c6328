package io.github.belay.policy

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Waits the same time before every retry.
 *
 * Without jitter, which is the default here because the name promises it, all clients that lost a server together come
 * back together: choose [Jitter.Equal] or [Jitter.Full] where there are many. The delay is whole milliseconds.
 *
 * @property delay the delay before every retry, at least 1 ms and finite; 2 s by default.
 * @param jitter see [Backoff.jitter]; [Jitter.None] by default
 * @param maxAttempts see [Backoff.maxAttempts]; no limit by default
 * @param maxElapsed see [Backoff.maxElapsed]; no limit by default
 * @throws IllegalArgumentException when a value is out of its range
 */
public class ConstantBackoff(
    public val delay: Duration = 2.seconds,
    jitter: Jitter = Jitter.None,
    maxAttempts: Int? = null,
    maxElapsed: Duration? = null,
) : Backoff(jitter, maxAttempts, maxElapsed) {
    private val delayMillis = delay.inWholeMilliseconds

    init {
        require(delay >= 1.milliseconds && delay.isFinite()) { "delay must be finite and at least 1ms, was $delay" }
    }

    override fun curveMillis(attempt: Int): Long = delayMillis
}
