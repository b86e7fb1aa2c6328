package io.github.belay.testing.sim

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

private fun tick(number: Int) = Script.Tick(topic = 0, number.toLong(), connection = 1)

/** Ticks of ten bytes each. */
private fun TopicRules.came(numbers: IntRange) = numbers.forEach { came(tick(it), bytes = 10) }

private fun watching(act: TopicRules.() -> Unit): List<Invariant> = broken { TopicRules(it).act() }

class TopicRulesSpec :
    FunSpec({
        test("what came in waits until the user gets it") {
            watching {
                came(1..3)
                inside to insideBytes shouldBe (3 to 30L)
                got(tick(1))
                inside to insideBytes shouldBe (2 to 20L)
                ended()
                inside to insideBytes shouldBe (0 to 0L)
            }.shouldBeEmpty()
        }

        test("nothing waits while nobody collects, and what was held meanwhile does not count afterwards") {
            watching {
                came(1..3)
                left()
                came(4..5)
                inside to insideBytes shouldBe (0 to 0L)
                returned()
                came(6..7)
                inside to insideBytes shouldBe (2 to 20L)
                got(tick(5))
                got(tick(6))
                inside to insideBytes shouldBe (1 to 10L)
            }.shouldBeEmpty()
        }

        test("only who left may miss something, and nobody gets anything twice or in another order") {
            watching {
                came(1..3)
                got(tick(2))
            } shouldContainExactly listOf(Invariant.TOPIC_ORDER)
            watching {
                came(1..1)
                got(tick(1))
                got(tick(1))
            } shouldContainExactly listOf(Invariant.TOPIC_ORDER)
        }

        test("the numbers of a topic have a gap only between connections") {
            watching { listOf(1, 3).forEach { came(tick(it), bytes = 10) } } shouldContainExactly
                listOf(Invariant.TOPIC_ORDER)
            watching {
                came(tick(1), bytes = 10)
                came(tick(3).copy(connection = 2), bytes = 10)
            }.shouldBeEmpty()
        }
    })
