package io.github.belay.ktor.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.withContext
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

class LinkTurnsSpec :
    FunSpec({
        /** Hands on to test time, and counts how often a thread is asked for. */
        class Threads : CoroutineDispatcher() {
            val time = TestCoroutineScheduler()
            private val threads = StandardTestDispatcher(time)
            var asked = 0

            override fun dispatch(
                context: CoroutineContext,
                block: Runnable,
            ) {
                asked++
                threads.dispatch(context, block)
            }
        }

        test("what becomes ready meanwhile follows on the same thread, in order and not within") {
            val threads = Threads()
            val turns = LinkTurns(threads)
            val seen = ArrayList<String>()
            turns.dispatch(EmptyCoroutineContext) {
                seen += "first begins"
                repeat(100) { turns.dispatch(EmptyCoroutineContext) { seen += "$it" } }
                seen += "first ends"
            }
            seen shouldBe emptyList()
            threads.time.advanceUntilIdle()
            seen shouldBe listOf("first begins", "first ends") + List(100) { "$it" }
            threads.asked shouldBe 1
        }

        test("when nothing was ready for a while, a thread is asked for again") {
            val threads = Threads()
            val turns = LinkTurns(threads)
            var steps = 0
            repeat(2) {
                turns.dispatch(EmptyCoroutineContext) { steps++ }
                threads.time.advanceUntilIdle()
            }
            steps shouldBe 2
            threads.asked shouldBe 2
        }

        test("what is to come last waits until nothing else is ready, whatever becomes ready meanwhile") {
            val threads = Threads()
            val turns = LinkTurns(threads)
            val seen = ArrayList<String>()
            turns.dispatchLast { seen += "last" }
            turns.dispatch(EmptyCoroutineContext) {
                seen += "first"
                turns.dispatch(EmptyCoroutineContext) { seen += "second" }
            }
            threads.time.advanceUntilIdle()
            seen shouldBe listOf("first", "second", "last")
        }

        test("steps given by several threads never overlap, and those of one thread keep their order") {
            val turns = LinkTurns(Dispatchers.Default)
            val givers = 4
            val each = 10_000
            // Not safe for two at a time: an overlap would lose some.
            val seen = List(givers) { ArrayList<Int>() }
            var count = 0
            coroutineScope {
                repeat(givers) { giver ->
                    launch(Dispatchers.Default) {
                        repeat(each) { step ->
                            turns.dispatch(EmptyCoroutineContext) {
                                seen[giver] += step
                                count++
                            }
                        }
                    }
                }
            }
            // Behind all the others.
            withContext(turns) { count } shouldBe givers * each
            seen.forEach { it.shouldBeSorted() }
        }
    })
