package io.github.belay.policy

import io.github.belay.policy.BreakerPermit.Granted
import io.github.belay.policy.BreakerPermit.Refused
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

class BreakerStateListenerSpec :
    FunSpec({
        test("no lock is held while the listener runs") {
            var onChange = {}
            val breaker = WsCircuitBreaker(timeSource = TestTimeSource()) { _, _ -> onChange() }
            val seenByAnotherThread = mutableListOf<BreakerState>()
            onChange = {
                val stats = CompletableFuture.supplyAsync { breaker.stats() }
                seenByAnotherThread += stats.get(10, TimeUnit.SECONDS).state
            }
            breaker.trip()
            seenByAnotherThread shouldBe listOf(BreakerState.Open)
        }

        test("the listener may ask the breaker for an attempt") {
            var onChange = {}
            val breaker = WsCircuitBreaker(timeSource = TestTimeSource()) { _, _ -> onChange() }
            val answers = mutableListOf<BreakerPermit>()
            onChange = { answers += breaker.tryAcquire() }
            breaker.trip()
            answers.single().shouldBeInstanceOf<Refused>().retryAfter shouldBe 60.seconds
        }

        test("what the listener throws is counted and costs nobody a permit") {
            val clock = TestTimeSource()
            val breaker = WsCircuitBreaker(timeSource = clock) { _, _ -> error("listener is broken") }
            breaker.trip()
            clock += 60.seconds
            breaker.tryAcquire().shouldBeInstanceOf<Granted>()
            breaker.stats().listenerErrors shouldBe 2
        }
    })
