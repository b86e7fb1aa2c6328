package io.github.belay.policy

import io.github.belay.policy.BreakerState.Closed
import io.github.belay.policy.BreakerState.HalfOpen
import io.github.belay.policy.BreakerState.Open
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class WsCircuitBreakerStatsSpec :
    FunSpec({
        test("a new breaker has counted nothing") {
            val stats = BreakerFixture().breaker.stats()
            stats.toString() shouldBe
                "WsCircuitBreakerStats(state=Closed, consecutiveFailures=0, successes=0, timeUntilRetry=0s, " +
                "sinceLastFailure=null, totalRequests=0, rejectedRequests=0, trips=0, listenerErrors=0)"
            stats.sinceLastFailureMillis shouldBe null
        }

        test("every state shows its own counters and the totals grow through all of them") {
            val settings = WsCircuitBreakerConfig(failureThreshold = 2, openTimeout = 10.seconds)
            with(BreakerFixture(settings)) {
                fail()
                val closed = breaker.stats()
                closed.state shouldBe Closed
                closed.consecutiveFailures shouldBe 1
                closed.timeUntilRetry shouldBe Duration.ZERO

                fail()
                clock += 4.seconds
                refused()
                val open = breaker.stats()
                open.state shouldBe Open
                open.consecutiveFailures shouldBe 2
                open.timeUntilRetry shouldBe 6.seconds
                open.timeUntilRetryMillis shouldBe 6_000
                open.sinceLastFailure shouldBe 4.seconds
                open.sinceLastFailureMillis shouldBe 4_000

                clock += 6.seconds
                breaker.stats().state shouldBe Open
                breaker.stats().timeUntilRetry shouldBe Duration.ZERO
                succeed()
                granted()
                clock += 1.milliseconds
                val halfOpen = breaker.stats()
                halfOpen.state shouldBe HalfOpen
                halfOpen.consecutiveFailures shouldBe 0
                halfOpen.successes shouldBe 1
                halfOpen.timeUntilRetry shouldBe 10.seconds - 1.milliseconds
                halfOpen.totalRequests shouldBe 5
                halfOpen.rejectedRequests shouldBe 1
                halfOpen.trips shouldBe 1
            }
        }

        test("reset keeps the totals") {
            with(BreakerFixture()) {
                fail()
                breaker.trip()
                refused()
                breaker.reset()
                val stats = breaker.stats()
                stats.consecutiveFailures shouldBe 0
                stats.totalRequests shouldBe 2
                stats.rejectedRequests shouldBe 1
                stats.trips shouldBe 1
                stats.sinceLastFailure shouldBe Duration.ZERO
            }
        }
    })
