package io.github.belay.policy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

class ConstantBackoffSpec :
    FunSpec({
        test("every retry waits the same time") {
            val backoff = ConstantBackoff(3.seconds)
            listOf(1, 2, 1_000, Int.MAX_VALUE).forEach { attempt ->
                backoff.nextDelay(retry(attempt, draw = 0.25)) shouldBe 3.seconds
            }
        }

        test("the default is 2 s") {
            ConstantBackoff().nextDelay(retry()) shouldBe 2.seconds
        }

        test("jitter spreads it when asked for") {
            ConstantBackoff(3.seconds, Jitter.Full).nextDelay(retry(draw = 0.0)) shouldBe Duration.ZERO
        }

        listOf(Duration.ZERO, (-1).seconds, Duration.INFINITE).forEach { delay ->
            test("a delay of $delay is refused") {
                shouldThrow<IllegalArgumentException> { ConstantBackoff(delay) }
                    .message shouldBe "delay must be finite and at least 1ms, was $delay"
            }
        }
    })
