package io.github.belay.policy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class WsRetrySpec :
    FunSpec({
        test("elapsed time reads in whole milliseconds") {
            WsRetry(attempt = 1, elapsed = 1_500.microseconds, draw = 0.0).elapsedMillis shouldBe 1
        }

        test("the factory in milliseconds builds the same retry") {
            val retry = WsRetry.ofMillis(attempt = 3, elapsedMillis = 250, draw = 0.5)
            retry.attempt shouldBe 3
            retry.elapsed shouldBe 250.milliseconds
            retry.draw shouldBe 0.5
        }

        test("an attempt below 1 is refused") {
            shouldThrow<IllegalArgumentException> { retry(attempt = 0) }
                .message shouldBe "attempt must be at least 1, was 0"
        }

        test("a negative elapsed time is refused") {
            shouldThrow<IllegalArgumentException> { retry(elapsed = (-1).seconds) }
                .message shouldBe "elapsed must not be negative, was -1s"
        }

        listOf(-0.1, 1.0, Double.NaN, Double.POSITIVE_INFINITY).forEach { draw ->
            test("a draw of $draw is refused") {
                shouldThrow<IllegalArgumentException> { retry(draw = draw) }
                    .message shouldBe "draw must be at least 0.0 and below 1.0, was $draw"
            }
        }
    })
