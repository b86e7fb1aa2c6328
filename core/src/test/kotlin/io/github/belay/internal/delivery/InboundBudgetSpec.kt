package io.github.belay.internal.delivery

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import java.util.concurrent.atomic.AtomicInteger

class InboundBudgetSpec :
    FunSpec({
        fun budget(
            maxMessages: Int = 10,
            maxBytes: Long = 1_000,
            onOver: () -> Unit = {},
            onRoom: () -> Unit = {},
        ) = InboundBudget(maxMessages, maxBytes, onOver, onRoom)

        test("it is over above its messages and not at them") {
            val budget = budget(maxMessages = 10)
            budget.charge(10, 0)
            budget.isOver shouldBe false
            budget.charge(1, 0)
            budget.isOver shouldBe true
        }

        test("it is over above its bytes and not at them") {
            val budget = budget(maxBytes = 1_000)
            budget.charge(1, 1_000)
            budget.isOver shouldBe false
            budget.charge(1, 1)
            budget.isOver shouldBe true
        }

        test("it stays over until both messages and bytes are down to half") {
            var rings = 0
            val budget = budget(maxMessages = 10, maxBytes = 1_000) { rings++ }
            budget.charge(11, 1_001)
            budget.release(5, 0)
            budget.release(0, 501)
            budget.isOver shouldBe true
            rings shouldBe 0
            budget.release(1, 0)
            budget.isOver shouldBe false
            rings shouldBe 1
        }

        test("it tells of room once for each time it was over and never otherwise") {
            var rings = 0
            val budget = budget(maxMessages = 4) { rings++ }
            repeat(3) { round ->
                budget.charge(5, 5)
                budget.charge(1, 1)
                repeat(6) { budget.release(1, 1) }
                rings shouldBe round + 1
            }
            budget.charge(4, 4)
            budget.release(4, 4)
            rings shouldBe 3
        }

        test("it tells once for each time it gets over, whatever more is charged meanwhile") {
            var told = 0
            val budget = budget(maxMessages = 4, onOver = { told++ })
            repeat(3) { round ->
                budget.charge(4, 4)
                told shouldBe round
                budget.charge(1, 1)
                budget.charge(1, 1)
                told shouldBe round + 1
                repeat(6) { budget.release(1, 1) }
            }
            told shouldBe 3
        }

        test("it is no longer over when it tells of room") {
            val seen = mutableListOf<Boolean>()
            val budgets = mutableListOf<InboundBudget>()
            budgets += budget(maxMessages = 1) { seen += budgets.single().isOver }
            budgets.single().charge(2, 0)
            budgets.single().release(2, 0)
            seen shouldBe listOf(false)
        }

        test("what is charged and released in one step counts by the difference") {
            var rings = 0
            val budget = budget(maxMessages = 10) { rings++ }
            budget.charge(8, 80)
            budget.adjust(8 - 8, 80 - 80)
            budget.isOver shouldBe false
            budget.adjust(3, 0)
            budget.isOver shouldBe true
            budget.adjust(-11, -80)
            rings shouldBe 1
        }

        test("a limit of one message works") {
            var rings = 0
            val budget = budget(maxMessages = 1) { rings++ }
            budget.charge(2, 0)
            budget.release(1, 0)
            rings shouldBe 0
            budget.release(1, 0)
            rings shouldBe 1
        }

        test("releasing what was not charged is a mistake that does not pass unnoticed") {
            val budget = budget()
            budget.charge(1, 10)
            shouldThrow<IllegalStateException> { budget.release(2, 10) }.message shouldBe
                "released 2 messages and 10 bytes of 1 and 10"
            shouldThrow<IllegalStateException> { budget.release(1, 11) }
        }

        test("limits are positive") {
            shouldThrow<IllegalArgumentException> { budget(maxMessages = 0) }.message shouldBe
                "maxMessages must be >= 1 but was 0"
            shouldThrow<IllegalArgumentException> { budget(maxBytes = 0) }.message shouldBe
                "maxBytes must be >= 1 but was 0"
        }

        test("it rings as often as a model of it that only counts") {
            checkAll(Arb.list(Arb.int(-6..6), 0..200)) { steps ->
                var rings = 0
                val budget = budget(maxMessages = 10, maxBytes = 25) { rings++ }
                var held = 0
                var isOver = false
                var expected = 0
                for (step in steps) {
                    val change = step.coerceAtLeast(-held)
                    held += change
                    if (change > 0) budget.charge(change, 3L * change) else budget.release(-change, -3L * change)
                    if (change > 0 && (held > 10 || 3 * held > 25)) isOver = true
                    if (isOver && held <= 5 && 3 * held <= 12) {
                        isOver = false
                        expected++
                    }
                    budget.isOver shouldBe isOver
                    rings shouldBe expected
                }
            }
        }

        test("from many threads, room follows each time it was over and nothing is left") {
            val rings = AtomicInteger()
            val budget = budget(maxMessages = 3) { rings.incrementAndGet() }
            coroutineScope {
                repeat(4) {
                    launch(Dispatchers.Default) {
                        repeat(5_000) {
                            budget.charge(2, 2)
                            budget.release(2, 2)
                        }
                    }
                }
            }
            budget.isOver shouldBe false
            budget.charge(3, 3)
            budget.isOver shouldBe false
            val before = rings.get()
            budget.charge(1, 1)
            budget.release(4, 4)
            rings.get() shouldBe before + 1
        }
    })
