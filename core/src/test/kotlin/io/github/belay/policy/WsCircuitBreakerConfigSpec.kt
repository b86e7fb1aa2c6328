package io.github.belay.policy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

class WsCircuitBreakerConfigSpec :
    FunSpec({
        test("the defaults open after 5 failures for 60 s and close after 2 successes of one probe at a time") {
            val config = WsCircuitBreakerConfig()
            config.failureThreshold shouldBe 5
            config.successThreshold shouldBe 2
            config.openTimeout shouldBe 60.seconds
            config.halfOpenPermits shouldBe 1
        }

        test("a failure threshold below 1 is refused") {
            shouldThrow<IllegalArgumentException> { WsCircuitBreakerConfig(failureThreshold = 0) }
                .message shouldBe "failureThreshold must be at least 1, was 0"
        }

        test("a success threshold below 1 is refused") {
            shouldThrow<IllegalArgumentException> { WsCircuitBreakerConfig(successThreshold = -1) }
                .message shouldBe "successThreshold must be at least 1, was -1"
        }

        test("no permit for a half-open breaker is refused") {
            shouldThrow<IllegalArgumentException> { WsCircuitBreakerConfig(halfOpenPermits = 0) }
                .message shouldBe "halfOpenPermits must be at least 1, was 0"
        }

        listOf(Duration.ZERO, (-1).seconds, Duration.INFINITE).forEach { openTimeout ->
            test("an open time of $openTimeout is refused") {
                shouldThrow<IllegalArgumentException> { WsCircuitBreakerConfig(openTimeout = openTimeout) }
                    .message shouldBe "openTimeout must be positive and finite, was $openTimeout"
            }
        }
    })
