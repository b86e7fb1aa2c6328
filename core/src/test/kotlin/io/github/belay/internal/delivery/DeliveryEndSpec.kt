@file:OptIn(ExperimentalCoroutinesApi::class)

package io.github.belay.internal.delivery

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

class DeliveryEndSpec :
    FunSpec({
        test("finishing delivers what is there, completes the collectors and returns") {
            runTest {
                val got = mutableListOf<Int>()
                val fixture = DeliveryFixture(handler = { delay(1_000) })
                val run = fixture.run(this)
                val collector = collecting(fixture, got)
                fixture.offer(1, 2)
                fixture.offer(3)
                fixture.delivery.finish()
                fixture.offer(4)
                fixture.uncollected shouldBe 1
                run.join()
                collector.join()
                got shouldContainExactly listOf(1, 2, 3)
                fixture.delivery.messages
                    .toList()
                    .shouldBeEmpty()
                currentTime shouldBe 3_000
            }
        }

        test("finishing a delivery that has nothing to do returns at once") {
            runTest {
                val fixture = DeliveryFixture()
                val run = fixture.run(this)
                runCurrent()
                fixture.delivery.finish()
                run.join()
                currentTime shouldBe 0
            }
        }

        test("cancelling ends the collectors, and what was not delivered is counted and released") {
            runTest {
                val got = mutableListOf<Int>()
                val fixture = DeliveryFixture(maxMessages = 2, handler = { if (it == 3) awaitCancellation() })
                val run = fixture.run(this)
                val collector = collecting(fixture, got)
                fixture.offer(1, 2)
                fixture.offer(3, 4)
                fixture.offer(5)
                runCurrent()
                run.cancel()
                run.join()
                collector.join()
                got shouldContainExactly listOf(1, 2)
                fixture.errors.shouldBeEmpty()
                fixture.delivered to fixture.uncollected shouldBe (2 to 3)
                fixture.budget.isOver shouldBe false
            }
        }

        test("cancelling is noticed although messages never stop to come") {
            runTest {
                val fixture =
                    DeliveryFixture(heldMessages = 0, handler = { if (it == 3) currentCoroutineContext().cancel() })
                repeat(100) { fixture.offer(it) }
                fixture.run(this).join()
                fixture.delivered shouldBe 4
                fixture.uncollected shouldBe 100
            }
        }

        test("a delivery that was cancelled before it began is ended by abandoning it") {
            runTest {
                val fixture = DeliveryFixture(maxMessages = 1)
                val run = fixture.run(this)
                run.invokeOnCompletion { fixture.delivery.abandon() }
                fixture.offer(1, 2)
                run.cancel()
                val collector = collecting(fixture, mutableListOf())
                collector.isCompleted shouldBe true
                fixture.uncollected shouldBe 2
                fixture.budget.isOver shouldBe false
            }
        }
    })
