package io.github.belay.testing

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private const val RACERS = 20

/** The order in which coroutines that are all ready at once ran their three stages. */
private fun race(
    seed: Long,
    order: SimOrder,
): List<String> {
    val finished = mutableListOf<String>()
    val sim = SimDispatcher(seed, order)
    repeat(RACERS) { racer ->
        CoroutineScope(sim).launch {
            finished += "$racer-start"
            yield()
            finished += "$racer-middle"
            delay(10.milliseconds)
            finished += "$racer-end"
        }
    }
    sim.runUntil(1.seconds)
    return finished
}

class SimDispatcherSpec :
    FunSpec({
        test("one seed gives one order") {
            race(seed = 7, SimOrder.SHUFFLED) shouldContainExactly race(seed = 7, SimOrder.SHUFFLED)
        }

        test("another seed gives another order of the same steps") {
            race(seed = 7, SimOrder.SHUFFLED) shouldNotBe race(seed = 8, SimOrder.SHUFFLED)
            race(seed = 7, SimOrder.SHUFFLED) shouldContainExactlyInAnyOrder race(seed = 8, SimOrder.SHUFFLED)
        }

        test("first in, first out whatever the seed") {
            val stages = listOf("start", "middle", "end")
            val expected = stages.flatMap { stage -> List(RACERS) { "$it-$stage" } }
            race(seed = 1, SimOrder.FIFO) shouldContainExactly expected
            race(seed = 2, SimOrder.FIFO) shouldContainExactly expected
        }

        test("timers fire at their time and in the order of time") {
            val sim = SimDispatcher(seed = 1)
            val fired = mutableListOf<Pair<String, Duration>>()
            for (seconds in listOf(3, 1, 2)) {
                CoroutineScope(sim).launch {
                    delay(seconds.seconds)
                    fired += "$seconds" to sim.now
                }
            }
            sim.runUntil(2.seconds)
            fired shouldContainExactly listOf("1" to 1.seconds, "2" to 2.seconds)
            sim.runUntil(10.seconds)
            fired.last() shouldBe ("3" to 3.seconds)
        }

        test("a cancelled timer does not fire and is forgotten") {
            val sim = SimDispatcher(seed = 1)
            var fired = false
            val job =
                CoroutineScope(sim).launch {
                    delay(5.seconds)
                    fired = true
                }
            sim.runUntil(1.seconds)
            job.cancel()
            sim.runUntil(2.seconds)
            sim.idle shouldBe true
            sim.runUntil(10.seconds)
            fired shouldBe false
        }

        test("a timeout ends what takes too long, and leaves no timer behind when nothing does") {
            val sim = SimDispatcher(seed = 1)
            val results = mutableListOf<String?>()
            CoroutineScope(sim).launch {
                results += withTimeoutOrNull(1.seconds) { "quick" }
                results +=
                    withTimeoutOrNull(1.seconds) {
                        delay(2.seconds)
                        "slow"
                    }
            }
            sim.runUntil(1.seconds)
            results shouldContainExactly listOf("quick", null)
            sim.idle shouldBe true
        }

        test("the time source reads virtual time") {
            val sim = SimDispatcher(seed = 1)
            val start = sim.timeSource.markNow()
            CoroutineScope(sim).launch {
                delay(3.hours)
                start.elapsedNow() shouldBe 3.hours
            }
            sim.runUntil(1.days)
            start.elapsedNow() shouldBe 1.days
        }

        test("the clock does not go back") {
            val sim = SimDispatcher(seed = 1)
            sim.runUntil(5.seconds)
            sim.runUntil(1.seconds)
            sim.now shouldBe 5.seconds
        }

        test("idle is false while a task is ready or a timer is set") {
            val sim = SimDispatcher(seed = 1)
            sim.idle shouldBe true
            CoroutineScope(sim).launch { delay(1.seconds) }
            sim.idle shouldBe false
            sim.runUntil(999.milliseconds)
            sim.idle shouldBe false
            sim.runUntil(1.seconds)
            sim.idle shouldBe true
        }

        test("a delay without end does not overflow the clock") {
            val sim = SimDispatcher(seed = 1)
            CoroutineScope(sim).launch { delay(Long.MAX_VALUE) }
            sim.runUntil(10_000.days)
            sim.now shouldBe 10_000.days
        }

        test("the trace hears each step with its time and coroutine, and steps counts them") {
            val heard = mutableListOf<Triple<Long, Duration, String>>()
            val sim = SimDispatcher(seed = 1, trace = { step, at, coroutine -> heard += Triple(step, at, coroutine) })
            CoroutineScope(sim + CoroutineName("walker")).launch { delay(1.seconds) }
            sim.runUntil(2.seconds)
            heard shouldContainExactly listOf(Triple(1L, Duration.ZERO, "walker"), Triple(2L, 1.seconds, "walker"))
            sim.steps shouldBe 2
        }

        test("a loop that never lets time pass is reported with its coroutine") {
            val sim = SimDispatcher(seed = 1)
            CoroutineScope(sim + CoroutineName("spinner")).launch { while (isActive) yield() }
            shouldThrow<IllegalStateException> { sim.runUntil(1.seconds) }.message shouldContain "\"spinner\""
        }

        test("many short loops are not taken for an endless one") {
            val sim = SimDispatcher(seed = 1)
            CoroutineScope(sim).launch {
                repeat(1100) {
                    repeat(1000) { yield() }
                    delay(1.milliseconds)
                }
            }
            sim.runUntil(2.seconds)
            SimDispatcher.MAX_STEPS_PER_INSTANT shouldBeLessThan sim.steps
        }

        test("work from another thread during a run is refused loudly") {
            val sim = SimDispatcher(seed = 1)
            CoroutineScope(sim).launch {
                CompletableFuture.runAsync { sim.dispatch(EmptyCoroutineContext) { } }.get(10, TimeUnit.SECONDS)
            }
            shouldThrow<IllegalStateException> { sim.runUntil(1.seconds) }.message shouldContain
                "work arrived from thread"
        }

        test("a task cannot run the simulator it runs in") {
            val sim = SimDispatcher(seed = 1)
            sim.dispatch(EmptyCoroutineContext) { sim.runUntil(1.seconds) }
            shouldThrow<IllegalStateException> { sim.runUntil(1.seconds) }
        }

        test("coroutines wake each other without time passing") {
            val sim = SimDispatcher(seed = 3)
            val numbers = Channel<Int>(1)
            val received = mutableListOf<Int>()
            CoroutineScope(sim).launch { repeat(5) { numbers.send(it) } }
            CoroutineScope(sim).launch { repeat(5) { received += numbers.receive() } }
            sim.runUntil(Duration.ZERO)
            received shouldContainExactly listOf(0, 1, 2, 3, 4)
            sim.now shouldBe Duration.ZERO
        }
    })
