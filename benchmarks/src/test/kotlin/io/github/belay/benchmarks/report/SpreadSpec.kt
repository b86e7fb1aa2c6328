package io.github.belay.benchmarks.report

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

class SpreadSpec :
    FunSpec({
        fun spread(vararg numbers: Double) = Spread.of(numbers.toList())?.let { listOf(it.median, it.min, it.max) }

        test("of an odd number of rounds, the median is the middle one") {
            spread(9.0, 1.0, 4.0) shouldBe listOf(4.0, 1.0, 9.0)
        }

        test("of an even number, it lies between the two in the middle") {
            spread(1.0, 8.0, 2.0, 4.0) shouldBe listOf(3.0, 1.0, 8.0)
        }

        test("of no rounds there is none") {
            Spread.of(emptyList()).shouldBeNull()
        }

        test("ratios are taken round by round: one slow round of both leaves them alone") {
            val subject = mapOf(1 to 20.0, 2 to 2.0, 3 to 22.0)
            val reference = mapOf(1 to 10.0, 2 to 1.0, 3 to 11.0)
            paired(subject, reference) { a, b -> a / b }?.let { listOf(it.median, it.min, it.max) } shouldBe
                listOf(2.0, 2.0, 2.0)
        }

        test("a round that one of them missed does not count") {
            paired(mapOf(1 to 6.0, 2 to 100.0), mapOf(1 to 2.0, 3 to 1.0)) { a, b -> a / b }?.median shouldBe 3.0
            paired(mapOf(1 to 6.0), mapOf(2 to 2.0)) { a, b -> a / b }.shouldBeNull()
        }
    })
