package io.github.belay.policy

/** Begins closed, with four attempts under way. */
class ClosedBreakerLincheckTest :
    BreakerOperations({ breaker, _ -> List(4) { breaker.tryAcquire() } })
