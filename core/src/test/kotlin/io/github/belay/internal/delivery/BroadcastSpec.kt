@file:OptIn(ExperimentalCoroutinesApi::class)

package io.github.belay.internal.delivery

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.advanceUntilIdle
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** Collects into [got] in the background; every element takes [millis] of virtual time. */
private fun TestScope.collecting(
    broadcast: Broadcast<Int>,
    got: MutableList<Int>,
    millis: Long = 0,
): Job =
    launch {
        broadcast.flow().collect {
            got += it
            if (millis > 0) delay(millis)
        }
    }.also { runCurrent() }

private class Recorded : Broadcast.Listener {
    var released = 0
    var bytes = 0L
    var uncollected = 0

    @Synchronized
    override fun onReleased(
        elements: Int,
        bytes: Long,
    ) {
        released += elements
        this.bytes += bytes
    }

    @Synchronized
    override fun onUncollected(elements: Int) {
        uncollected += elements
    }
}

class BroadcastSpec :
    FunSpec({
        test("every collector gets everything in order from the moment it collects") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 4)
                val early = mutableListOf<Int>()
                val late = mutableListOf<Int>()
                collecting(broadcast, early)
                broadcast.send(listOf(1, 2))
                runCurrent()
                collecting(broadcast, late)
                broadcast.collectors shouldBe 2
                broadcast.send(listOf(3))
                broadcast.send(listOf(4, 5))
                broadcast.close()
                runCurrent()
                early shouldContainExactly listOf(1, 2, 3, 4, 5)
                late shouldContainExactly listOf(3, 4, 5)
                broadcast.collectors shouldBe 0
            }
        }

        test("a sender waits while the slowest collector is as many lists behind as are allowed") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 2)
                val slow = mutableListOf<Int>()
                val fast = mutableListOf<Int>()
                collecting(broadcast, slow, millis = 1_000)
                collecting(broadcast, fast)
                var sent = 0
                val sender =
                    launch {
                        repeat(6) {
                            broadcast.send(listOf(it))
                            sent++
                        }
                        broadcast.close()
                    }
                runCurrent()
                sent shouldBe 2
                fast shouldContainExactly listOf(0, 1)
                advanceTimeBy(1_001)
                sent shouldBe 3
                sender.join()
                advanceUntilIdle()
                slow shouldContainExactly (0..5).toList()
                fast shouldContainExactly (0..5).toList()
            }
        }

        test("a sender never waits while nobody collects") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 1, maxHeldElements = 5)
                repeat(1_000) { broadcast.send(listOf(it)) }
                broadcast.flow().take(5).toList() shouldContainExactly (995..999).toList()
            }
        }

        test("a collector that is cancelled lets a waiting sender go on") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 1)
                val got = mutableListOf<Int>()
                val stuck = launch { broadcast.flow().collect { awaitCancellation() } }
                collecting(broadcast, got)
                broadcast.send(listOf(1))
                val sender = launch { broadcast.send(listOf(2)) }
                runCurrent()
                sender.isActive shouldBe true
                stuck.cancel()
                runCurrent()
                sender.isActive shouldBe false
                got shouldContainExactly listOf(1, 2)
                broadcast.close()
            }
        }

        test("a collector that was the last and is cancelled lets a waiting sender go on") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 1, maxHeldElements = 10)
                val stuck = launch { broadcast.flow().collect { awaitCancellation() } }
                runCurrent()
                broadcast.send(listOf(1, 2))
                val sender = launch { broadcast.send(listOf(3)) }
                runCurrent()
                sender.isActive shouldBe true
                stuck.cancel()
                runCurrent()
                sender.isActive shouldBe false
                broadcast.flow().take(2).toList() shouldContainExactly listOf(2, 3)
            }
        }

        test("a sender that is cancelled while it waits has sent nothing") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 1)
                val got = mutableListOf<Int>()
                val gate = CompletableDeferred<Unit>()
                val collector =
                    launch {
                        broadcast.flow().onEach { gate.await() }.collect { got += it }
                    }
                runCurrent()
                broadcast.send(listOf(1))
                val sender = launch { broadcast.send(listOf(2)) }
                runCurrent()
                sender.cancel()
                sender.join()
                gate.complete(Unit)
                runCurrent()
                broadcast.send(listOf(3))
                broadcast.close()
                collector.join()
                got shouldContainExactly listOf(1, 3)
            }
        }

        test("after the end a collector gets what it was given and then completes, and a late one completes at once") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 4, maxHeldElements = 4)
                val got = mutableListOf<Int>()
                val slow = collecting(broadcast, got, millis = 1_000)
                broadcast.send(listOf(1, 2))
                broadcast.send(listOf(3))
                broadcast.close()
                broadcast.flow().toList().shouldBeEmpty()
                slow.isActive shouldBe true
                slow.join()
                got shouldContainExactly listOf(1, 2, 3)
                broadcast.flow().toList().shouldBeEmpty()
            }
        }

        test("closing lets a waiting sender go on and completes a waiting collector") {
            runTest {
                val recorded = Recorded()
                val broadcast = Broadcast<Int>(capacity = 1, listener = recorded)
                val gate = CompletableDeferred<Unit>()
                val idle = collecting(broadcast, mutableListOf())
                val stuck = launch { broadcast.flow().collect { gate.await() } }
                runCurrent()
                broadcast.send(listOf(1))
                val sender = launch { broadcast.send(listOf(2)) }
                runCurrent()
                broadcast.close()
                broadcast.close()
                runCurrent()
                sender.isActive shouldBe false
                idle.isActive shouldBe false
                recorded.uncollected shouldBe 1
                gate.complete(Unit)
                stuck.join()
                recorded.released shouldBe 2
            }
        }

        test("what was held for nobody is counted as uncollected at the end") {
            runTest {
                val recorded = Recorded()
                val broadcast = Broadcast<Int>(capacity = 1, maxHeldElements = 3, listener = recorded)
                broadcast.send(listOf(1, 2, 3, 4), bytes = 40)
                recorded.uncollected shouldBe 1
                recorded.released to recorded.bytes shouldBe (4 to 40L)
                broadcast.close()
                recorded.uncollected shouldBe 4
                recorded.released shouldBe 4
            }
        }

        test("the first collector gets what was held and the second does not") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 4, maxHeldElements = 3)
                broadcast.send(listOf(1, 2))
                val first = mutableListOf<Int>()
                val second = mutableListOf<Int>()
                collecting(broadcast, first)
                collecting(broadcast, second)
                broadcast.send(listOf(3))
                broadcast.close()
                runCurrent()
                first shouldContainExactly listOf(1, 2, 3)
                second shouldContainExactly listOf(3)
            }
        }

        test("collectors that come one after the other and take a few each miss nothing") {
            runTest {
                checkAll(50, Arb.list(Arb.int(1..7), 1..20), Arb.int(1..5)) { takes, listSize ->
                    val broadcast = Broadcast<Int>(capacity = 2, maxHeldElements = 1_000)
                    val total = takes.sum()
                    val sender =
                        launch { (0 until total).chunked(listSize).forEach { broadcast.send(it) } }
                    val got = takes.flatMap { broadcast.flow().take(it).toList() }
                    sender.join()
                    got shouldContainExactly (0 until total).toList()
                }
            }
        }

        test("sending without waiting costs a slow collector the oldest elements, and they are counted") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 2)
                val got = mutableListOf<Int>()
                val slow = collecting(broadcast, got, millis = 1_000)
                broadcast.trySendDroppingOldest(listOf(0))
                runCurrent()
                for (element in 1..4) broadcast.trySendDroppingOldest(listOf(element))
                broadcast.overrun shouldBe 2
                broadcast.close()
                slow.join()
                got shouldContainExactly listOf(0, 3, 4)
            }
        }

        test("sending without waiting reaches a collector that keeps up") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 1)
                val got = mutableListOf<Int>()
                collecting(broadcast, got)
                repeat(10) {
                    broadcast.trySendDroppingOldest(listOf(it))
                    runCurrent()
                }
                broadcast.overrun shouldBe 0
                got shouldContainExactly (0..9).toList()
                broadcast.close()
            }
        }

        test("a collector that throws ends alone") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 1)
                val got = mutableListOf<Int>()
                val outcome = CompletableDeferred<Throwable?>()
                collecting(broadcast, got)
                launch {
                    outcome.complete(
                        runCatching { broadcast.flow().collect { error("mine") } }.exceptionOrNull(),
                    )
                }
                runCurrent()
                broadcast.send(listOf(1))
                broadcast.send(listOf(2))
                broadcast.close()
                runCurrent()
                got shouldContainExactly listOf(1, 2)
                outcome.await()?.message shouldBe "mine"
            }
        }

        test("a collector notices its cancellation between two elements of a list") {
            runTest {
                val broadcast = Broadcast<Int>(capacity = 1, maxHeldElements = 10)
                broadcast.send((1..10).toList())
                val got = mutableListOf<Int>()
                launch {
                    val own = coroutineContext.job
                    broadcast.flow().collect {
                        got += it
                        if (it == 3) own.cancel()
                    }
                }.join()
                got shouldContainExactly listOf(1, 2, 3)
                broadcast.flow().first() shouldBe 4
            }
        }

        test("limits are checked") {
            shouldThrow<IllegalArgumentException> { Broadcast<Int>(capacity = 0) }.message shouldBe
                "capacity must be >= 1 but was 0"
            shouldThrow<IllegalArgumentException> { Broadcast<Int>(capacity = 1, maxHeldElements = -1) }
            shouldThrow<IllegalArgumentException> { Broadcast<Int>(capacity = 1, maxHeldBytes = -1) }
        }

        test("on real threads collectors that come and go see no gap, and one that stays sees all") {
            runTest {
                val recorded = Recorded()
                val broadcast = Broadcast<Int>(capacity = 3, listener = recorded)
                withContext(Dispatchers.Default) {
                    val all = mutableListOf<Int>()
                    val steady = launch { broadcast.flow().collect { all += it } }
                    while (broadcast.collectors == 0) yield()
                    val visitors =
                        List(2) {
                            launch {
                                do {
                                    val part = broadcast.flow().take(7).toList()
                                    part.zipWithNext().forEach { (before, after) -> after shouldBe before + 1 }
                                } while (part.size == 7)
                            }
                        }
                    (0 until 20_000).chunked(5).forEach { broadcast.send(it, bytes = 1) }
                    broadcast.close()
                    steady.join()
                    visitors.forEach { it.join() }
                    all shouldBe (0 until 20_000).toList()
                    recorded.released shouldBe 20_000
                }
                broadcast.collectors shouldBe 0
            }
        }
    })
