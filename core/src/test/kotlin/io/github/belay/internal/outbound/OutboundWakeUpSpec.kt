@file:OptIn(kotlinx.coroutines.ExperimentalCoroutinesApi::class)

package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

private const val SENDERS = 3
private const val MESSAGES = 5_000

/** Runs [act] while the writer of [generation] sleeps; true if that woke it. */
private suspend fun TestScope.wakes(
    queue: OutboundQueue,
    generation: Long = 1,
    act: () -> Unit,
): Boolean {
    val sleeper = launch { queue.awaitWork(generation) }
    runCurrent()
    check(!sleeper.isCompleted) { "the writer did not sleep" }
    act()
    runCurrent()
    return sleeper.isCompleted.also { sleeper.cancelAndJoin() }
}

class OutboundWakeUpSpec :
    FunSpec({
        val sender = Sender()

        fun queue() = OutboundQueue(maxFrames = 1_000, maxBytes = 1_000_000)

        test("a sleeping writer wakes for a message") {
            runTest {
                val queue = queue().apply { openTo(1) }
                wakes(queue) { queue.offer(sender.item("a")) } shouldBe true
            }
        }

        test("a sleeping writer wakes for a control frame") {
            runTest { queue().let { queue -> wakes(queue) { queue.offerControl(1, pong()) } } shouldBe true }
        }

        test("a sleeping writer wakes for a setup message") {
            runTest { queue().let { queue -> wakes(queue) { queue.offerSetup(1, sender.items("a")) } } shouldBe true }
        }

        test("a sleeping writer wakes when the data lane opens to it and something waits there") {
            runTest {
                val queue = queue().apply { offer(sender.item("a")) }
                wakes(queue) { queue.openTo(1) } shouldBe true
            }
        }

        test("a writer sleeps on while what comes is not for it") {
            runTest {
                val queue = queue()
                wakes(queue) { queue.offer(sender.item("a")) } shouldBe false
                wakes(queue) { queue.openTo(2) } shouldBe false
            }
        }

        test("a writer does not sleep while something waits for it, however often it asks") {
            runTest {
                val queue = queue().apply { offerControl(1, pong()) }
                repeat(3) { queue.awaitWork(1) }
            }
        }

        test("a writer sleeps for good after a Close frame was taken and after its link ended") {
            runTest {
                val queue = queue().apply { openTo(1) }
                queue.offerControl(1, WsFrame.close())
                queue.takeAll(1)
                wakes(queue) { queue.offer(sender.item("a")) } shouldBe false
                queue.shut(1)
                wakes(queue) { queue.offer(sender.item("b")) } shouldBe false
            }
        }

        test("a call for one link is not lost to the writer of the next") {
            runTest {
                val queue = queue().apply { openTo(1) }
                launch { queue.awaitWork(1) }.also { runCurrent() }.cancelAndJoin()
                queue.offer(sender.item("a"))
                queue.openTo(2)
                queue.awaitWork(2)
                queue.takeAll(2) shouldBe listOf("a")
            }
        }

        test("no wake-up is lost between senders on many threads and a writer that sleeps often") {
            val queue = queue().apply { openTo(1) }
            coroutineScope {
                val received =
                    async(Dispatchers.Default) {
                        val all = mutableListOf<String>()
                        while (all.size < SENDERS * MESSAGES) {
                            queue.awaitWork(1)
                            all += queue.takeAll(1)
                        }
                        all
                    }
                repeat(SENDERS) { id ->
                    launch(Dispatchers.Default) {
                        repeat(MESSAGES) { number ->
                            val item = OutboundSetup(WsFrame.text("$id $number")) {}
                            while (queue.offer(item) != null) yield()
                            if (number % 3 == 0) yield()
                        }
                    }
                }
                val bySender = received.await().groupBy({ it.substringBefore(' ') }, { it.substringAfter(' ').toInt() })
                repeat(SENDERS) { bySender["$it"] shouldBe List(MESSAGES) { number -> number } }
            }
        }
    })
