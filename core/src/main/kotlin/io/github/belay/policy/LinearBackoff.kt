package io.github.belay.policy

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Waits one step longer after each failure: `step`, twice `step`, three times `step` and so on, up to `max`.
 *
 * For a server whose usual outage is known and short, where exponential growth would soon overshoot it. Delays are
 * whole milliseconds.
 *
 * @property step delay before the first retry and growth from one retry to the next, at least 1 ms; 1 s by default.
 * @property max longest delay, at least [step] and finite; 30 s by default.
 * @param jitter see [Backoff.jitter]; [Jitter.Equal] by default
 * @param maxAttempts see [Backoff.maxAttempts]; no limit by default
 * @param maxElapsed see [Backoff.maxElapsed]; no limit by default
 * @throws IllegalArgumentException when a value is out of its range
 */
public class LinearBackoff(
    public val step: Duration = 1.seconds,
    public val max: Duration = 30.seconds,
    jitter: Jitter = Jitter.Equal,
    maxAttempts: Int? = null,
    maxElapsed: Duration? = null,
) : Backoff(jitter, maxAttempts, maxElapsed) {
    private val stepMillis = step.inWholeMilliseconds
    private val maxMillis = max.inWholeMilliseconds

    init {
        require(step >= 1.milliseconds) { "step must be at least 1ms, was $step" }
        require(max >= step && max.isFinite()) { "max must be finite and at least step ($step), was $max" }
    }

    // Divided before it is multiplied: the product of a long step and a late attempt would overflow.
    override fun curveMillis(attempt: Int): Long =
        if (attempt > maxMillis / stepMillis) maxMillis else stepMillis * attempt
}
