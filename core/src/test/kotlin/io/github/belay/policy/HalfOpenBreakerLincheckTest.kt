package io.github.belay.policy

/** Begins half-open, with one attempt under way from the time before and three probes, which is all there may be. */
class HalfOpenBreakerLincheckTest :
    BreakerOperations({ breaker, clock ->
        val late = breaker.tryAcquire()
        breaker.trip()
        repeat(2) { clock.step() }
        listOf(late) + List(3) { breaker.tryAcquire() }
    })
