@file:OptIn(ExperimentalCoroutinesApi::class)

package io.github.belay.internal.delivery

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.advanceUntilIdle
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

class DeliverySpec :
    FunSpec({
        test("messages reach the handler and then the collectors in the order in which they were offered") {
            runTest {
                val handled = mutableListOf<Int>()
                val got = mutableListOf<Int>()
                val fixture = DeliveryFixture(handler = { handled += it })
                fixture.run(this)
                collecting(fixture, got)
                fixture.offer(1, 2)
                fixture.offer()
                fixture.offer(3)
                runCurrent()
                handled shouldContainExactly listOf(1, 2, 3)
                got shouldContainExactly listOf(1, 2, 3)
                fixture.delivered shouldBe 3
                fixture.delivery.finish()
            }
        }

        test("a slow collector makes the budget go over, and room is told once when it caught up to half") {
            runTest {
                val got = mutableListOf<Int>()
                val fixture = DeliveryFixture(maxMessages = 10)
                fixture.run(this)
                val collector = collecting(fixture, got, millis = 1_000)
                repeat(12) { fixture.offer(it) }
                fixture.budget.isOver shouldBe true
                advanceTimeBy(6_999)
                fixture.budget.isOver shouldBe true
                fixture.rings shouldBe 0
                advanceTimeBy(2)
                fixture.budget.isOver shouldBe false
                fixture.rings shouldBe 1
                fixture.delivery.finish()
                collector.join()
                got shouldContainExactly (0..11).toList()
                fixture.rings shouldBe 1
            }
        }

        test("bytes count against the budget until the slowest collector is through with their list") {
            runTest {
                val fixture = DeliveryFixture(maxMessages = 1_000, maxBytes = 30)
                fixture.run(this)
                val slow = collecting(fixture, mutableListOf(), millis = 1_000)
                val fast = collecting(fixture, mutableListOf())
                fixture.offer(1, 2, 3, 4)
                advanceTimeBy(3_999)
                fixture.budget.isOver shouldBe true
                advanceTimeBy(2)
                fixture.budget.isOver shouldBe false
                fixture.delivery.finish()
                slow.join()
                fast.join()
            }
        }

        test("what was charged when it was read is not charged twice, and is released when nothing came of it") {
            runTest {
                val fixture = DeliveryFixture(maxMessages = 10)
                val stuck = launch { fixture.delivery.messages.collect { awaitCancellation() } }
                runCurrent()
                fixture.budget.charge(8, 80)
                fixture.delivery.offer((1..8).toList(), bytes = 80, received = 8)
                fixture.budget.isOver shouldBe false
                fixture.budget.charge(2, 20)
                fixture.delivery.offer(emptyList(), bytes = 20, received = 2)
                fixture.budget.isOver shouldBe false
                fixture.delivery.finish()
                fixture.budget.charge(2, 20)
                fixture.delivery.offer(listOf(9), bytes = 20, received = 2)
                fixture.uncollected shouldBe 1
                fixture.budget.release(8, 80)
                shouldThrow<IllegalStateException> { fixture.budget.release(1, 0) }
                shouldThrow<IllegalStateException> { fixture.budget.release(0, 1) }
                stuck.cancel()
            }
        }

        test("a handler that takes a minute holds nobody up who offers, and the budget tells that it is over") {
            runTest {
                val fixture = DeliveryFixture(maxMessages = 10, handler = { delay(60_000) })
                val run = fixture.run(this)
                repeat(20) { fixture.offer(it) }
                currentTime shouldBe 0
                fixture.budget.isOver shouldBe true
                fixture.delivery.finish()
                run.join()
                currentTime shouldBe 20 * 60_000L
                fixture.rings shouldBe 1
            }
        }

        test("a handler that throws loses only its message and collectors do not even lose that") {
            runTest {
                val handled = mutableListOf<Int>()
                val got = mutableListOf<Int>()
                val fixture =
                    DeliveryFixture(
                        handler = {
                            check(it != 2) { "no twos" }
                            handled += it
                        },
                    )
                fixture.run(this)
                collecting(fixture, got)
                fixture.offer(1, 2, 3)
                fixture.offer(4)
                runCurrent()
                handled shouldContainExactly listOf(1, 3, 4)
                got shouldContainExactly listOf(1, 2, 3, 4)
                fixture.errors.map { it.message } shouldContainExactly listOf("no twos")
                fixture.delivered shouldBe 4
                fixture.delivery.finish()
            }
        }

        test("a handler whose own time limit runs out loses only its message") {
            runTest {
                val handled = mutableListOf<Int>()
                val fixture =
                    DeliveryFixture(
                        handler = {
                            if (it == 1) withTimeout(1_000) { awaitCancellation() }
                            handled += it
                        },
                    )
                fixture.run(this)
                fixture.offer(1, 2)
                advanceUntilIdle()
                handled shouldContainExactly listOf(2)
                fixture.errors.single().shouldBeInstanceOf<TimeoutCancellationException>()
                fixture.delivery.finish()
            }
        }

        test("a collector that is cancelled half-way leaves the others everything and frees its share of the budget") {
            runTest {
                val got = mutableListOf<Int>()
                val fixture = DeliveryFixture(maxMessages = 3)
                fixture.run(this)
                val stuck = launch { fixture.delivery.messages.collect { awaitCancellation() } }
                collecting(fixture, got)
                repeat(100) { fixture.offer(it) }
                runCurrent()
                fixture.budget.isOver shouldBe true
                stuck.cancel()
                runCurrent()
                fixture.budget.isOver shouldBe false
                fixture.rings shouldBe 1
                got shouldContainExactly (0..99).toList()
                fixture.delivery.collectors shouldBe 1
                fixture.delivery.finish()
            }
        }

        test("messages that come before the first collector are held for it and cost no budget") {
            runTest {
                val got = mutableListOf<Int>()
                val fixture = DeliveryFixture(maxMessages = 10)
                fixture.run(this)
                repeat(50) {
                    fixture.offer(it)
                    runCurrent()
                }
                fixture.budget.isOver shouldBe false
                fixture.rings shouldBe 0
                collecting(fixture, got)
                fixture.offer(50)
                runCurrent()
                got shouldContainExactly (0..50).toList()
                fixture.uncollected shouldBe 0
                fixture.delivery.finish()
            }
        }

        test("while nobody collects the newest messages are held and older ones counted as uncollected") {
            runTest {
                val fixture = DeliveryFixture(heldMessages = 5)
                fixture.run(this)
                repeat(4) { fixture.offer(3 * it, 3 * it + 1, 3 * it + 2) }
                runCurrent()
                fixture.uncollected shouldBe 7
                fixture.delivery.messages
                    .take(5)
                    .toList() shouldContainExactly listOf(7, 8, 9, 10, 11)
                fixture.delivery.finish()
            }
        }

        test("while nobody collects no more bytes are held than the budget has") {
            runTest {
                val fixture = DeliveryFixture(maxBytes = 100)
                fixture.run(this)
                repeat(15) {
                    fixture.offer(it)
                    runCurrent()
                }
                fixture.uncollected shouldBe 5
                fixture.delivery.finish()
            }
        }

        test("a program that never collects is never held up and nothing piles up") {
            runTest {
                val fixture = DeliveryFixture(maxMessages = 10, heldMessages = 0)
                fixture.run(this)
                repeat(10_000) {
                    fixture.offer(it)
                    runCurrent()
                }
                fixture.budget.isOver shouldBe false
                fixture.delivered shouldBe 10_000
                fixture.uncollected shouldBe 10_000
                fixture.delivery.finish()
            }
        }

        test("ten thousand messages reach two collectors of different speed complete and in order") {
            runTest {
                val fast = mutableListOf<Int>()
                val slow = mutableListOf<Int>()
                val fixture = DeliveryFixture(maxMessages = 1_024, maxBytes = Long.MAX_VALUE)
                fixture.run(this)
                val collectors = listOf(collecting(fixture, fast), collecting(fixture, slow, millis = 1))
                (0 until 10_000).chunked(37).forEach {
                    while (fixture.budget.isOver) delay(1)
                    fixture.delivery.offer(it, bytes = it.size.toLong())
                }
                fixture.delivery.finish()
                collectors.forEach { it.join() }
                fast shouldBe (0 until 10_000).toList()
                slow shouldBe (0 until 10_000).toList()
                fixture.delivered shouldBe 10_000
            }
        }

        test("ten thousand messages reach two collectors on real threads complete and in order") {
            runTest {
                val fixture = DeliveryFixture(maxMessages = 1_024, maxBytes = Long.MAX_VALUE)
                withContext(Dispatchers.Default) {
                    fixture.run(this)
                    val got = List(2) { mutableListOf<Int>() }
                    val collectors = got.map { launch { fixture.delivery.messages.collect { n -> it += n } } }
                    while (fixture.delivery.collectors < 2) yield()
                    (0 until 10_000).chunked(3).forEach {
                        while (fixture.budget.isOver) yield()
                        fixture.delivery.offer(it, bytes = 1)
                    }
                    fixture.delivery.finish()
                    collectors.forEach { it.join() }
                    got.forEach { it shouldBe (0 until 10_000).toList() }
                }
                fixture.uncollected shouldBe 0
            }
        }

        test("whatever the sizes of the offers, each message is collected or counted and the budget ends empty") {
            runTest {
                checkAll(100, Arb.list(Arb.int(0..9), 0..30), Arb.int(0..12), Arb.int(0..40)) { sizes, held, taken ->
                    val fixture = DeliveryFixture(maxMessages = 4, heldMessages = held)
                    val run = fixture.run(this@runTest)
                    var next = 0
                    val got = mutableListOf<Int>()
                    val collector =
                        launch {
                            fixture.delivery.messages
                                .take(taken + 1)
                                .toList(got)
                        }
                    runCurrent()
                    for (size in sizes) {
                        fixture.offer(*IntArray(size) { next++ })
                        if (size % 2 == 0) runCurrent()
                    }
                    fixture.delivery.finish()
                    run.join()
                    collector.join()
                    got shouldContainExactly (0 until got.size).toList()
                    got.size + fixture.uncollected shouldBe next
                    fixture.delivered shouldBe next
                    shouldThrow<IllegalStateException> { fixture.budget.release(1, 0) }
                    shouldThrow<IllegalStateException> { fixture.budget.release(0, 1) }
                }
            }
        }
    })
