package io.github.belay.internal.actor

import io.github.belay.observe.hear
import io.github.belay.observe.reporter
import io.github.belay.observe.reports
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.coroutines.cancellation.CancellationException

class GuardedReporterSpec :
    FunSpec({
        test("every report is passed on with its arguments") {
            val heard = mutableListOf<Pair<String, List<Any>>>()
            val guarded = GuardedReporter(reporter { name, arguments -> heard += name to arguments }) { throw it }
            val told = reports.map { it.name to guarded.hear(it, "ws") }
            heard shouldContainExactly told
            guarded.failures shouldBe 0
        }

        test("whatever a reporter throws at any report stays inside, is counted, and told once") {
            val told = mutableListOf<String?>()
            var calls = 0
            val thrower = reporter { name, _ -> throw IllegalStateException(name).also { calls++ } }
            val guarded = GuardedReporter(thrower) { told += it.message }
            repeat(3) { reports.forEach { report -> guarded.hear(report, "ws") } }
            calls shouldBe 3 * reports.size
            guarded.failures shouldBe calls
            told shouldContainExactly listOf(reports.first().name)
        }

        test("a cancellation that a reporter throws cancels nobody") {
            val guarded = GuardedReporter(reporter { _, _ -> throw CancellationException("mine") }) {}
            guarded.ready("ws")
            guarded.failures shouldBe 1
        }

        test("an error of the machine is not hidden") {
            val guarded = GuardedReporter(reporter { _, _ -> throw StackOverflowError() }) {}
            shouldThrow<StackOverflowError> { guarded.ready("ws") }
        }
    })
