package io.github.belay.policy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class BackoffSpec :
    FunSpec({
        test("without limits any retry may be made") {
            ConstantBackoff().mayRetry(retry(Int.MAX_VALUE, elapsed = 10_000.days)) shouldBe true
        }

        test("the retry after the last allowed attempt is refused") {
            val backoff = ConstantBackoff(1.seconds, maxAttempts = 5)
            (1..7).map { backoff.mayRetry(retry(it)) } shouldBe listOf(true, true, true, true, true, false, false)
        }

        test("after a reset the attempts are allowed again") {
            val backoff = ConstantBackoff(1.seconds, maxAttempts = 1)
            backoff.mayRetry(retry(attempt = 2)) shouldBe false
            backoff.reset()
            backoff.mayRetry(retry(attempt = 1)) shouldBe true
        }

        test("a retry whose delay would end after the longest outage is refused") {
            val backoff = ConstantBackoff(2.seconds, maxElapsed = 10.seconds)
            backoff.mayRetry(retry(elapsed = 8.seconds)) shouldBe true
            backoff.mayRetry(retry(elapsed = 8.seconds + 1.milliseconds)) shouldBe false
        }

        test("the delay that counts is the one that would be waited, jitter included") {
            val backoff = ConstantBackoff(2.seconds, Jitter.Full, maxElapsed = 10.seconds)
            backoff.mayRetry(retry(elapsed = 9.seconds, draw = 0.25)) shouldBe true
            backoff.mayRetry(retry(elapsed = 9.seconds, draw = 0.75)) shouldBe false
        }

        test("both limits hold at once") {
            val backoff = ConstantBackoff(1.seconds, maxAttempts = 3, maxElapsed = 10.seconds)
            backoff.mayRetry(retry(attempt = 3, elapsed = 9.seconds)) shouldBe true
            backoff.mayRetry(retry(attempt = 4, elapsed = 1.seconds)) shouldBe false
            backoff.mayRetry(retry(attempt = 1, elapsed = 10.seconds)) shouldBe false
        }

        test("a limit of attempts below 1 is refused") {
            shouldThrow<IllegalArgumentException> { ConstantBackoff(maxAttempts = 0) }
                .message shouldBe "maxAttempts must be at least 1, was 0"
        }

        test("a longest outage that is not positive is refused") {
            shouldThrow<IllegalArgumentException> { ConstantBackoff(maxElapsed = Duration.ZERO) }
                .message shouldBe "maxElapsed must be positive, was 0s"
        }
    })
