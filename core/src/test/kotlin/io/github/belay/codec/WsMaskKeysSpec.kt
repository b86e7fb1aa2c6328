package io.github.belay.codec

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.util.Random

class WsMaskKeysSpec :
    FunSpec({
        fun WsMaskKeys.take(count: Int) = List(count) { next() }

        test("the same seed makes the same keys, another seed others (RFC 6455 section 10.3)") {
            WsMaskKeys(Random(1)).take(10_000) shouldBe WsMaskKeys(Random(1)).take(10_000)
            WsMaskKeys(Random(1)).take(4) shouldNotBe WsMaskKeys(Random(2)).take(4)
        }

        test("two generators without a seed do not agree") {
            WsMaskKeys().take(4) shouldNotBe WsMaskKeys().take(4)
        }

        test("keys do not repeat from block to block, and use all their bits") {
            val keys = WsMaskKeys(Random(3)).take(5_000)
            keys.chunked(4).shouldBeUnique()
            for (bit in 0 until Int.SIZE_BITS) {
                keys.count { it ushr bit and 1 == 1 } shouldBeGreaterThan 2_300
            }
        }
    })
