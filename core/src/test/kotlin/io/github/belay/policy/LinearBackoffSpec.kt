package io.github.belay.policy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class LinearBackoffSpec :
    FunSpec({
        test("delays grow by one step and stop at max") {
            val backoff = LinearBackoff(step = 2.seconds, max = 7.seconds, jitter = Jitter.None)
            (1..5).map { backoff.nextDelayMillis(retry(it)) } shouldBe listOf<Long>(2_000, 4_000, 6_000, 7_000, 7_000)
        }

        test("max is reached exactly when it is a multiple of the step") {
            val backoff = LinearBackoff(step = 10.seconds, max = 30.seconds, jitter = Jitter.None)
            (2..4).map { backoff.nextDelayMillis(retry(it)) } shouldBe listOf<Long>(20_000, 30_000, 30_000)
        }

        test("the defaults are 1 s more each time up to 30 s with equal jitter") {
            val backoff = LinearBackoff()
            backoff.delayMillis(1) shouldBe 1_000
            backoff.delayMillis(Int.MAX_VALUE) shouldBe 30_000
            backoff.jitter shouldBe Jitter.Equal
        }

        test("without jitter a later attempt never waits less, and none waits longer than max") {
            val longest = Long.MAX_VALUE / 4
            checkAll(
                Arb.int(1, Int.MAX_VALUE),
                Arb.int(1, Int.MAX_VALUE),
                Arb.long(1, longest),
            ) { one, other, stepMillis ->
                val backoff = LinearBackoff(stepMillis.milliseconds, longest.milliseconds, Jitter.None)
                val earlier = backoff.nextDelayMillis(retry(minOf(one, other)))
                val later = backoff.nextDelayMillis(retry(maxOf(one, other)))
                earlier shouldBeInRange stepMillis..later
                later shouldBeInRange earlier..longest
            }
        }

        test("a step below one millisecond is refused") {
            shouldThrow<IllegalArgumentException> { LinearBackoff(step = Duration.ZERO) }
                .message shouldBe "step must be at least 1ms, was 0s"
        }

        test("a max below the step or without end is refused") {
            shouldThrow<IllegalArgumentException> { LinearBackoff(step = 2.seconds, max = 1.seconds) }
                .message shouldBe "max must be finite and at least step (2s), was 1s"
            shouldThrow<IllegalArgumentException> { LinearBackoff(max = Duration.INFINITE) }
                .message shouldBe "max must be finite and at least step (1s), was Infinity"
        }
    })
