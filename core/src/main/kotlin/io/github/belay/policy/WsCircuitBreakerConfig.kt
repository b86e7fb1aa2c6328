package io.github.belay.policy

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * The settings of a [WsCircuitBreaker]; immutable.
 *
 * @property failureThreshold failures in a row that open a closed breaker, at least 1; 5 by default.
 * @property successThreshold successes that close a half-open breaker, at least 1; 2 by default.
 * @property openTimeout how long an open breaker refuses, positive and finite; 60 s by default. Also the longest time
 *   for which the permit of a probe that never reports its end is held back.
 * @property halfOpenPermits probes that a half-open breaker lets run at the same time, at least 1; 1 by default.
 * @throws IllegalArgumentException when a value is out of its range
 */
public class WsCircuitBreakerConfig(
    public val failureThreshold: Int = 5,
    public val successThreshold: Int = 2,
    public val openTimeout: Duration = 60.seconds,
    public val halfOpenPermits: Int = 1,
) {
    init {
        require(failureThreshold >= 1) { "failureThreshold must be at least 1, was $failureThreshold" }
        require(successThreshold >= 1) { "successThreshold must be at least 1, was $successThreshold" }
        require(openTimeout.isPositive() && openTimeout.isFinite()) {
            "openTimeout must be positive and finite, was $openTimeout"
        }
        require(halfOpenPermits >= 1) { "halfOpenPermits must be at least 1, was $halfOpenPermits" }
    }
}
