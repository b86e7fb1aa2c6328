package io.github.belay.internal.outbound

import io.github.belay.outbound.TellOutcome
import io.github.belay.outbound.WsOverflow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

class OutboundStatsSpec :
    FunSpec({
        test("after ten thousand sends from many threads every message is counted once") {
            val queue = OutboundQueue(maxFrames = 100, maxBytes = 1_000_000, overflow = WsOverflow.DROP_OLDEST)
            queue.openTo(1)
            val left = AtomicInteger()
            val senders =
                List(10) {
                    thread { repeat(1_000) { queue.offer(Sender().item("message")) } }
                }
            val writer =
                thread {
                    repeat(500) {
                        val batch = queue.take(1, batchFrames = 7, batchBytes = 1_000) ?: return@repeat
                        left.addAndGet(batch.frames.size)
                        queue.settle(batch, TellOutcome.Done)
                    }
                }
            (senders + writer).forEach { it.join() }
            val stats = queue.stats()
            stats.accepted shouldBe 10_000
            stats.refused shouldBe 0
            stats.size shouldBeInRange 0..100
            stats.fill shouldBe stats.size / 100.0
            stats.sent shouldBe left.get().toLong()
            stats.dropped shouldBe 10_000 - stats.size - left.get()
            stats.inFlight shouldBe 0
        }

        test("the queue fills up once, until it was down to half of what counts as that") {
            val warnings = mutableListOf<Double>()
            val queue = OutboundQueue(maxFrames = 10, maxBytes = 1_000, warnRatio = 0.8, onFilling = warnings::add)
            queue.openTo(1)
            val items = List(9) { Sender().item("$it") }
            items.forEach(queue::offer)
            warnings shouldBe listOf(0.9)
            queue.withdraw(items[0])
            queue.offer(Sender().item("again"))
            warnings shouldBe listOf(0.9)
            queue.takeAll(1)
            repeat(9) { queue.offer(Sender().item("$it")) }
            warnings shouldBe listOf(0.9, 0.9)
        }
    })
