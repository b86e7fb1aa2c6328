package io.github.belay.internal.outbound

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.common.ExperimentalKotest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.PropTestConfig
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll

private fun Lane.texts() = removeAll().map { it.frame.shown() }

@OptIn(ExperimentalKotest::class)
class LaneSpec :
    FunSpec({
        val sender = Sender()

        test("items leave a lane in the order in which they came") {
            val lane = Lane()
            sender.items("a", "b", "c").forEach(lane::add)
            lane.texts().shouldContainExactly("a", "b", "c")
        }

        test("a lane counts its items and the bytes of their payloads") {
            val lane = Lane()
            val item = sender.item("four")
            lane.add(item)
            lane.add(sender.item("fiver"))
            lane.size to lane.bytes shouldBe (2 to 9L)
            lane.remove(item)
            lane.size to lane.bytes shouldBe (1 to 5L)
        }

        test("an item waits in one place at a time") {
            val lane = Lane()
            val item = sender.item("a")
            lane.add(item)
            shouldThrow<IllegalArgumentException> { Lane().add(item) }
            shouldThrow<IllegalArgumentException> { Lane().remove(item) }
            lane.remove(item)
            shouldThrow<IllegalArgumentException> { lane.remove(item) }
        }

        test("whatever is removed from wherever, the rest keeps its order") {
            checkAll(PropTestConfig(seed = 1), Arb.list(Arb.int(-10..10), 0..40)) { moves ->
                val lane = Lane()
                val model = mutableListOf<OutboundItem>()
                moves.forEachIndexed { index, move ->
                    if (move >= 0 || model.isEmpty()) {
                        sender.item("$index").also(lane::add).also(model::add)
                    } else {
                        lane.remove(model.removeAt(-move % model.size))
                    }
                    lane.size shouldBe model.size
                    lane.bytes shouldBe model.sumOf { it.bytes }
                    lane.first shouldBe model.firstOrNull()
                }
                lane.removeAll() shouldBe model
                lane.first shouldBe null
            }
        }
    })
