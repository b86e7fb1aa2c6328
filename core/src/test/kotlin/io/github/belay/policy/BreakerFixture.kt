package io.github.belay.policy

import io.github.belay.policy.BreakerPermit.Granted
import io.github.belay.policy.BreakerPermit.Refused
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.TestTimeSource

/** A breaker on a clock that only [clock] moves, and every change of state that it announced. */
internal class BreakerFixture(
    config: WsCircuitBreakerConfig = WsCircuitBreakerConfig(),
) {
    val clock = TestTimeSource()
    val changes = mutableListOf<Pair<BreakerState, BreakerState>>()
    val breaker = WsCircuitBreaker(config, clock) { from, to -> changes += from to to }
    val state get() = breaker.stats().state

    fun granted(): Granted = breaker.tryAcquire().shouldBeInstanceOf<Granted>()

    fun refused(): Refused = breaker.tryAcquire().shouldBeInstanceOf<Refused>()

    fun fail(times: Int = 1) = repeat(times) { breaker.onFailure(granted()) }

    fun succeed(times: Int = 1) = repeat(times) { breaker.onSuccess(granted()) }
}
