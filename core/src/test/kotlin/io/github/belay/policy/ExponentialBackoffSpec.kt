package io.github.belay.policy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.numericDouble
import io.kotest.property.checkAll
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class ExponentialBackoffSpec :
    FunSpec({
        val doubling = ExponentialBackoff(100.milliseconds, 30.seconds, factor = 2.0, jitter = Jitter.None)

        test("delays double from 100 ms and stop at 30 s") {
            (1..12).map { doubling.nextDelayMillis(retry(it)) } shouldBe
                listOf<Long>(100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000)
        }

        test("after a reset the first attempt waits for the base again") {
            doubling.nextDelayMillis(retry(attempt = 9)) shouldBe 25_600
            doubling.reset()
            doubling.nextDelay(retry(attempt = 1)) shouldBe 100.milliseconds
        }

        test("the defaults are 1 s growing by half to 30 s with equal jitter and no limit") {
            val backoff = ExponentialBackoff()
            (1..6).map(backoff::delayMillis) shouldBe listOf<Long>(1_000, 1_500, 2_250, 3_375, 5_063, 7_594)
            backoff.delayMillis(Int.MAX_VALUE) shouldBe 30_000
            backoff.jitter shouldBe Jitter.Equal
            backoff.maxAttempts shouldBe null
            backoff.maxElapsed shouldBe null
        }

        test("the draw moves the delay within the jitter's range") {
            val random = Random(7)
            val equal = ExponentialBackoff(100.milliseconds, 30.seconds, factor = 2.0, jitter = Jitter.Equal)
            repeat(1_000) {
                equal.nextDelayMillis(retry(attempt = 4, draw = random.nextDouble())) shouldBeInRange
                    400L..800
            }
        }

        test("without jitter a later attempt never waits less, and none waits longer than max") {
            checkAll(
                Arb.int(1, Int.MAX_VALUE),
                Arb.int(1, Int.MAX_VALUE),
                Arb.int(1, 100_000),
                Arb.numericDouble(1.000_001, 1e300),
            ) { one, other, baseMillis, factor ->
                val backoff = ExponentialBackoff(baseMillis.milliseconds, 100.seconds, factor, Jitter.None)
                val earlier = backoff.nextDelayMillis(retry(minOf(one, other)))
                val later = backoff.nextDelayMillis(retry(maxOf(one, other)))
                earlier shouldBeInRange baseMillis..later
                later shouldBeInRange earlier..100_000
            }
        }

        test("the largest values that are allowed do not overflow") {
            val longest = Long.MAX_VALUE / 4
            ExponentialBackoff(1.milliseconds, longest.milliseconds, Double.MAX_VALUE, Jitter.None)
                .nextDelayMillis(retry(Int.MAX_VALUE)) shouldBe longest
        }

        test("an attempt below 1 is refused") {
            shouldThrow<IllegalArgumentException> { doubling.delayMillis(0) }
                .message shouldBe "attempt must be at least 1, was 0"
        }

        test("a base below one millisecond is refused") {
            shouldThrow<IllegalArgumentException> { ExponentialBackoff(base = 999.microseconds) }
                .message shouldBe "base must be at least 1ms, was 999us"
        }

        test("a max below the base is refused") {
            shouldThrow<IllegalArgumentException> { ExponentialBackoff(base = 2.seconds, max = 1.seconds) }
                .message shouldBe "max must be finite and at least base (2s), was 1s"
        }

        test("an infinite max is refused") {
            shouldThrow<IllegalArgumentException> { ExponentialBackoff(max = Duration.INFINITE) }
                .message shouldBe "max must be finite and at least base (1s), was Infinity"
        }

        listOf(1.0, 0.5, -2.0, Double.NaN, Double.POSITIVE_INFINITY).forEach { factor ->
            test("a factor of $factor is refused") {
                shouldThrow<IllegalArgumentException> { ExponentialBackoff(factor = factor) }
                    .message shouldBe "factor must be finite and above 1.0, was $factor"
            }
        }
    })
