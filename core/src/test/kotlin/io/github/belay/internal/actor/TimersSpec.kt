package io.github.belay.internal.actor

import io.github.belay.internal.machine.ConnectionInput.RetryDue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.job
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Timers, and when they were due. */
@OptIn(ExperimentalCoroutinesApi::class)
private class Armed(
    private val test: TestScope,
) {
    val scope = CoroutineScope(test.backgroundScope.coroutineContext + Job(test.backgroundScope.coroutineContext.job))
    val due = ArrayList<String>()
    val timers = Timers(scope) { fact -> due += "${nameOf(fact)} at ${test.currentTime.milliseconds}" }

    private fun nameOf(fact: Input.Fact) =
        if (fact is Input.OfConnection) "retry ${(fact.input as RetryDue).generation}" else "deadline"

    fun armRetry(
        generation: Long,
        after: Duration,
    ) = timers.arm(Timer.RETRY, after, Input.OfConnection(RetryDue(generation)))

    fun pass(duration: Duration) {
        test.advanceTimeBy(duration)
        test.runCurrent()
    }
}

class TimersSpec :
    FunSpec({
        fun armed(block: Armed.() -> Unit) = runTest { Armed(this).block() }

        test("a timer posts its fact once, when it is due") {
            armed {
                armRetry(1, 3.seconds)
                pass(2_999.milliseconds)
                due.shouldBeEmpty()
                pass(1.milliseconds)
                due shouldContainExactly listOf("retry 1 at 3s")
                pass(100.seconds)
                due.size shouldBe 1
            }
        }

        test("of ten timers of one kind only the last one is armed") {
            armed {
                for (number in 1..10) armRetry(number.toLong(), (11 - number).seconds)
                pass(100.seconds)
                due shouldContainExactly listOf("retry 10 at 1s")
            }
        }

        test("timers of different kinds do not disturb each other") {
            armed {
                armRetry(1, 2.seconds)
                timers.arm(Timer.DEADLINE, 1.seconds, Input.DeadlineDue)
                pass(10.seconds)
                due shouldContainExactly listOf("deadline at 1s", "retry 1 at 2s")
            }
        }

        test("a timer that is disarmed says nothing and leaves nothing") {
            armed {
                armRetry(1, 2.seconds)
                timers.disarm(Timer.RETRY)
                timers.disarm(Timer.RETRY)
                pass(10.seconds)
                due.shouldBeEmpty()
                scope.coroutineContext.job.children
                    .toList()
                    .shouldBeEmpty()
            }
        }

        test("disarming all leaves nothing, and a timer can be armed again") {
            armed {
                armRetry(1, 2.seconds)
                timers.arm(Timer.DEADLINE, 1.seconds, Input.DeadlineDue)
                timers.disarmAll()
                pass(10.seconds)
                due.shouldBeEmpty()
                armRetry(2, 1.seconds)
                pass(1.seconds)
                due shouldContainExactly listOf("retry 2 at 11s")
            }
        }

        test("a timer for the end of time never comes") {
            armed {
                armRetry(1, Duration.INFINITE)
                pass(1_000_000.seconds)
                due.shouldBeEmpty()
            }
        }
    })
