package io.github.belay.ktor.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.yield

class ReaderTurnsSpec :
    FunSpec({
        val time = TestCoroutineScheduler()

        /** A reader that counts its steps for ever. */
        class Reading {
            val turns = LinkTurns(StandardTestDispatcher(time))
            var steps = 0

            /** What it was asked after its third step; runs within it. */
            var afterThree: () -> Unit = {}
            val reader: Job =
                CoroutineScope(turns.last).launch(start = CoroutineStart.LAZY) {
                    while (steps < 10) {
                        if (++steps == 3) afterThree()
                        yield()
                    }
                }
        }

        test("it takes no step while reading is off, and goes on where it was") {
            val reading = Reading()
            reading.afterThree = { reading.turns.last.setReading(false) }
            reading.reader.start()
            time.advanceUntilIdle()
            reading.steps shouldBe 3

            reading.turns.last.setReading(true)
            time.advanceUntilIdle()
            reading.steps shouldBe 10
            reading.reader.isCompleted shouldBe true
        }

        test("turned off and on again before its next step, it does not notice") {
            val reading = Reading()
            reading.afterThree = {
                reading.turns.last.setReading(false)
                reading.turns.last.setReading(true)
            }
            reading.reader.start()
            time.advanceUntilIdle()
            reading.steps shouldBe 10
        }

        test("it can be held again and again") {
            val reading = Reading()
            reading.turns.last.setReading(false)
            reading.reader.start()
            repeat(3) {
                time.advanceUntilIdle()
                reading.turns.last.setReading(true)
                reading.turns.last.setReading(false)
            }
            time.advanceUntilIdle()
            reading.steps shouldBe 0

            reading.turns.last.setReading(true)
            time.advanceUntilIdle()
            reading.steps shouldBe 10
        }

        test("cancelled while it is held, it comes to its end") {
            val reading = Reading()
            reading.afterThree = { reading.turns.last.setReading(false) }
            reading.reader.start()
            time.advanceUntilIdle()
            reading.reader.cancel()
            time.advanceUntilIdle()
            reading.reader.isCompleted shouldBe true
            reading.steps shouldBe 3
        }
    })
