package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import io.github.belay.outbound.WsOverflow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

@OptIn(ExperimentalCoroutinesApi::class)
class OutboundQueueRefusalSpec :
    FunSpec({
        fun item(text: String) = OutboundSetup(WsFrame.text(text)) {}

        test("each item that finds the queue full of frames or bytes is told, and no other") {
            var refusals = 0
            val queue = OutboundQueue(maxFrames = 2, maxBytes = 10, onFull = { refusals++ })
            queue.offer(item("12345678")).shouldBeNull()
            queue.offer(item("123")).shouldBeInstanceOf<TellOutcome.QueueFull>()
            refusals shouldBe 1
            queue.offer(item("12")).shouldBeNull()
            queue.offer(item("")).shouldBeInstanceOf<TellOutcome.QueueFull>()
            refusals shouldBe 2
            queue.close()
            queue.offer(item("1")) shouldBe TellOutcome.Closed
            refusals shouldBe 2
        }

        test("it is told when the queue can be used again") {
            val queues = mutableListOf<OutboundQueue>()
            val seen = mutableListOf<Int>()
            queues += OutboundQueue(maxFrames = 1, maxBytes = 10, onFull = { seen += queues.single().stats().size })
            queues.single().offer(item("a"))
            queues.single().offer(item("b"))
            seen shouldBe listOf(1)
        }

        test("a sender that is cancelled when there is room already, and before it hears of that, has sent nothing") {
            runTest {
                val queue = OutboundQueue(maxFrames = 1, maxBytes = 10, overflow = WsOverflow.BLOCK)
                queue.openTo(1)
                queue.offer(item("first")).shouldBeNull()
                val waiting = launch { queue.offerInTurn(listOf(item("second"))) }
                runCurrent()
                queue.takeAll(1) shouldBe listOf("first")
                queue.stats().size shouldBe 1
                waiting.cancel()
                runCurrent()
                queue.takeAll(1) shouldBe emptyList()
                queue.stats().withdrawn shouldBe 1
            }
        }

        test("each message of a batch that finds no room is told of") {
            var refusals = 0
            val queue = OutboundQueue(maxFrames = 2, maxBytes = 10, onFull = { refusals++ })
            queue.offerAll(List(3) { item("$it") }).shouldBeInstanceOf<TellOutcome.QueueFull>()
            refusals shouldBe 3
            queue.offerAll(emptyList()).shouldBeNull()
            queue.stats().refused shouldBe 3
        }
    })
