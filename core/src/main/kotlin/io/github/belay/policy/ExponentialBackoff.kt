package io.github.belay.policy

import kotlin.math.pow
import kotlin.math.roundToLong
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Waits longer after each failure: `base`, `base x factor`, `base x factor x factor` and so on, up to `max`.
 *
 * The right choice unless there is a reason for another: quick after a short interruption, gentle on a server that is
 * down for long. Delays are whole milliseconds.
 *
 * @property base delay before the first retry, at least 1 ms; 1 s by default.
 * @property max longest delay, at least [base] and finite; 30 s by default.
 * @property factor growth from one retry to the next, finite and above 1; 1.5 by default.
 * @param jitter see [Backoff.jitter]; [Jitter.Equal] by default
 * @param maxAttempts see [Backoff.maxAttempts]; no limit by default
 * @param maxElapsed see [Backoff.maxElapsed]; no limit by default
 * @throws IllegalArgumentException when a value is out of its range
 */
public class ExponentialBackoff(
    public val base: Duration = 1.seconds,
    public val max: Duration = 30.seconds,
    public val factor: Double = 1.5,
    jitter: Jitter = Jitter.Equal,
    maxAttempts: Int? = null,
    maxElapsed: Duration? = null,
) : Backoff(jitter, maxAttempts, maxElapsed) {
    private val baseMillis = base.inWholeMilliseconds
    private val maxMillis = max.inWholeMilliseconds

    init {
        require(base >= 1.milliseconds) { "base must be at least 1ms, was $base" }
        require(max >= base && max.isFinite()) { "max must be finite and at least base ($base), was $max" }
        require(factor > 1.0 && factor.isFinite()) { "factor must be finite and above 1.0, was $factor" }
    }

    // A late attempt takes the product to infinity, which rounds to Long.MAX_VALUE and so to max; it is never NaN,
    // for neither side is zero.
    override fun curveMillis(attempt: Int): Long =
        (baseMillis * factor.pow(attempt - 1)).roundToLong().coerceAtMost(maxMillis)
}
