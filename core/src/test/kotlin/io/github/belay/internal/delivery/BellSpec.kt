@file:OptIn(ExperimentalCoroutinesApi::class)

package io.github.belay.internal.delivery

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

class BellSpec :
    FunSpec({
        for (isInline in listOf(false, true)) {
            val mode = if (isInline) "inline" else "dispatched"

            test("$mode: a ring that nobody waits for is kept, once") {
                runTest {
                    val bell = Bell(isInline)
                    var woken = 0
                    repeat(3) { bell.ring() }
                    val waiting =
                        launch {
                            while (isActive) {
                                bell.await()
                                woken++
                            }
                        }
                    runCurrent()
                    woken shouldBe 1
                    bell.ring()
                    runCurrent()
                    woken shouldBe 2
                    waiting.cancel()
                    bell.ring()
                }
            }
        }

        test("inline: whoever rings runs what waited, until it suspends; then its dispatcher does") {
            runTest {
                val bell = Bell(isInline = true)
                var steps = 0
                launch {
                    bell.await()
                    steps++
                    delay(10)
                    steps++
                }
                runCurrent()
                bell.ring()
                steps shouldBe 1
                advanceTimeBy(10)
                steps shouldBe 1
                runCurrent()
                steps shouldBe 2
            }
        }
    })
