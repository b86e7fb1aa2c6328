@file:JvmName("Policies")

package io.github.belay.java.internal

import io.github.belay.policy.BreakerStateListener
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.Jitter
import io.github.belay.policy.LinearBackoff
import io.github.belay.policy.WsCircuitBreaker
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.policy.WsReconnectStrategy
import io.github.belay.policy.WsRetry
import io.github.belay.policy.nextDelay
import java.time.Duration
import kotlin.time.toKotlinDuration

// The constructors whose Kotlin form Java source cannot call.

internal fun exponentialBackoff(
    base: Duration,
    max: Duration,
): WsReconnectStrategy = ExponentialBackoff(base.toKotlinDuration(), max.toKotlinDuration())

internal fun exponentialBackoff(
    base: Duration,
    max: Duration,
    factor: Double,
    jitter: Jitter,
): WsReconnectStrategy = ExponentialBackoff(base.toKotlinDuration(), max.toKotlinDuration(), factor, jitter)

internal fun linearBackoff(
    step: Duration,
    max: Duration,
    jitter: Jitter,
): WsReconnectStrategy = LinearBackoff(step.toKotlinDuration(), max.toKotlinDuration(), jitter)

internal fun constantBackoff(
    delay: Duration,
    jitter: Jitter,
): WsReconnectStrategy = ConstantBackoff(delay.toKotlinDuration(), jitter)

/** [strategy] without the retries after number [maxAttempts]. */
internal class WithMaxAttempts(
    private val maxAttempts: Int,
    private val strategy: WsReconnectStrategy,
) : WsReconnectStrategy by strategy {
    init {
        require(maxAttempts >= 1) { "maxAttempts must be at least 1, was $maxAttempts" }
    }

    override fun mayRetry(retry: WsRetry): Boolean = retry.attempt <= maxAttempts && strategy.mayRetry(retry)
}

/** [strategy] without the retries that would start later than [maxElapsed] after the beginning of an outage. */
internal class WithMaxElapsed(
    maxElapsed: Duration,
    private val strategy: WsReconnectStrategy,
) : WsReconnectStrategy by strategy {
    private val maxElapsed = maxElapsed.toKotlinDuration()

    init {
        require(this.maxElapsed.isPositive()) { "maxElapsed must be positive, was ${this.maxElapsed}" }
    }

    override fun mayRetry(retry: WsRetry): Boolean =
        retry.elapsed + strategy.nextDelay(retry) <= maxElapsed && strategy.mayRetry(retry)
}

internal fun circuitBreaker(
    failureThreshold: Int,
    successThreshold: Int,
    openTimeout: Duration,
    halfOpenPermits: Int,
    listener: BreakerStateListener,
): WsCircuitBreaker =
    WsCircuitBreaker(
        WsCircuitBreakerConfig(failureThreshold, successThreshold, openTimeout.toKotlinDuration(), halfOpenPermits),
        listener = listener,
    )
