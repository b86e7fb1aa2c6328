package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

private fun ControlLane.texts(): List<String> = generateSequence { first?.let { take() } }.map { it.shown() }.toList()

private fun fullOf(frame: (String) -> WsFrame): ControlLane =
    ControlLane().apply { repeat(ControlLane.MAX_FRAMES) { offer(frame("$it")) } }

class ControlLaneSpec :
    FunSpec({
        test("control frames leave in the order in which they came") {
            val lane = ControlLane()
            lane.offer(pong("a"))
            lane.offer(ping("b"))
            lane.offer(pong("c"))
            lane.texts().shouldContainExactly("PONG a", "PING b", "PONG c")
        }

        test("a pong that finds the lane full takes the place of the oldest pong") {
            val lane = ControlLane()
            lane.offer(ping("0"))
            repeat(ControlLane.MAX_FRAMES - 1) { lane.offer(pong("$it")) }
            lane.offer(pong("new")) shouldBe true
            lane.texts() shouldBe listOf("PING 0") + (1..14).map { "PONG $it" } + "PONG new"
        }

        test("a pong that finds the lane full of pings takes the place of the oldest ping") {
            val lane = fullOf(::ping)
            lane.offer(pong("new")) shouldBe true
            lane.texts() shouldBe (1..15).map { "PING $it" } + "PONG new"
        }

        test("a ping that finds the lane full is dropped") {
            val lane = fullOf(::pong)
            lane.offer(ping("new")) shouldBe false
            lane.texts() shouldBe (0..15).map { "PONG $it" }
        }

        test("a Close finds room in a full lane and stays there whatever comes later") {
            val lane = fullOf(::pong)
            lane.offer(WsFrame.close()) shouldBe true
            lane.offer(pong("new")) shouldBe false
            lane.texts().last() shouldBe WsFrame.close().shown()
        }

        test("after a Close nothing else waits or is taken") {
            val lane = ControlLane()
            lane.offer(WsFrame.close(1000))
            lane.offer(WsFrame.close(1001)) shouldBe false
            lane.offer(ping()) shouldBe false
            lane.isClosed shouldBe false
            lane.take() shouldBe WsFrame.close(1000)
            lane.isClosed shouldBe true
            lane.offer(pong()) shouldBe false
            lane.first shouldBe null
        }

        test("a message is no control frame") {
            shouldThrow<IllegalArgumentException> { ControlLane().offer(WsFrame.text("a")) }
        }
    })
