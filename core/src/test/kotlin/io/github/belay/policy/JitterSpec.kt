package io.github.belay.policy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.numericDouble
import io.kotest.property.checkAll
import kotlin.random.Random

private const val SEED = 20_240_229L
private const val DELAY_MILLIS = 1_001L
private const val HIGHEST_DRAW = 1.0 - 1.0 / (1L shl 53)

private fun draws(
    jitter: Jitter,
    seed: Long = SEED,
): List<Long> = Random(seed).let { random -> List(1_000) { jitter.spreadMillis(DELAY_MILLIS, random.nextDouble()) } }

class JitterSpec :
    FunSpec({
        test("None leaves the delay as it is") {
            draws(Jitter.None).forEach { it shouldBe DELAY_MILLIS }
        }

        test("1000 draws of Equal lie between half the delay and the delay") {
            draws(Jitter.Equal).forEach { (2 * it) shouldBeInRange DELAY_MILLIS..2 * DELAY_MILLIS }
        }

        test("1000 draws of Full lie between zero and the delay") {
            draws(Jitter.Full).forEach { it shouldBeInRange 0..DELAY_MILLIS }
        }

        test("the draws spread over the whole range") {
            val equal = draws(Jitter.Equal)
            equal.min() shouldBeInRange 501L..510
            equal.max() shouldBeInRange 992L..1_001
            val full = draws(Jitter.Full)
            full.min() shouldBeInRange 0L..10
            full.max() shouldBeInRange 992L..1_001
        }

        test("both ends of the range are reached") {
            Jitter.Equal.spreadMillis(100, 0.0) shouldBe 50
            Jitter.Equal.spreadMillis(100, HIGHEST_DRAW) shouldBe 100
            Jitter.Full.spreadMillis(100, 0.0) shouldBe 0
            Jitter.Full.spreadMillis(100, HIGHEST_DRAW) shouldBe 100
        }

        test("the same seed gives the same sequence and another seed another") {
            draws(Jitter.Full) shouldBe draws(Jitter.Full)
            draws(Jitter.Full) shouldNotBe draws(Jitter.Full, seed = SEED + 1)
        }

        test("zero stays zero") {
            checkAll(Arb.enum<Jitter>(), Arb.numericDouble(0.0, HIGHEST_DRAW)) { jitter, draw ->
                jitter.spreadMillis(0, draw) shouldBe 0
            }
        }

        test("no delay of any length is ever exceeded, and a later draw never gives an earlier time") {
            checkAll(
                Arb.enum<Jitter>(),
                Arb.long(0, Long.MAX_VALUE),
                Arb.numericDouble(0.0, HIGHEST_DRAW),
                Arb.numericDouble(0.0, HIGHEST_DRAW),
            ) { jitter, delayMillis, one, other ->
                val earlier = jitter.spreadMillis(delayMillis, minOf(one, other))
                val later = jitter.spreadMillis(delayMillis, maxOf(one, other))
                earlier shouldBeInRange 0..later
                later shouldBeInRange earlier..delayMillis
            }
        }

        test("the highest draw exceeds no delay, where a double is exact and where it is not") {
            checkAll(Arb.enum<Jitter>(), Arb.int(0, 62), Arb.long(-1_100, 1_100)) { jitter, bit, offset ->
                val delayMillis = (1L shl bit) + offset
                if (delayMillis >= 0) jitter.spreadMillis(delayMillis, HIGHEST_DRAW) shouldBeInRange 0..delayMillis
            }
            Jitter.Full.spreadMillis(Long.MAX_VALUE, HIGHEST_DRAW) shouldBeInRange 0..Long.MAX_VALUE
        }

        test("a negative delay is refused") {
            shouldThrow<IllegalArgumentException> { Jitter.None.spreadMillis(-1, 0.0) }
                .message shouldBe "delayMillis must not be negative, was -1"
        }

        test("a draw outside its range is refused") {
            shouldThrow<IllegalArgumentException> { Jitter.None.spreadMillis(1, 1.0) }
                .message shouldBe "draw must be at least 0.0 and below 1.0, was 1.0"
        }
    })
