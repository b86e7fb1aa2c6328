package io.github.belay.testing.conformance

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import java.time.Duration

/** The suite itself: nothing is wrong with who keeps the rules, and each mistake is found by the cases about it. */
class ConformanceSuiteSpec :
    FunSpec({
        fun problems(
            mistake: Mistake?,
            cases: List<ConformanceCase>,
        ): List<ConformanceResult> =
            ConformanceSuite(FaultySubject(mistake), Duration.ofSeconds(if (mistake == null) 10 else 2)).use { suite ->
                cases.map(suite::run).filter { it.verdict != ConformanceVerdict.PASS }
            }

        test("a client that keeps every rule passes every case") {
            val failed = problems(mistake = null, ConformanceCases.all())
            failed.map { "$it | ${it.detail}" }.shouldBeEmpty()
        }

        for (mistake in Mistake.entries) {
            test("finds $mistake") {
                val failed = problems(mistake, ConformanceCases.all())
                println("MUTANT $mistake ${failed.size} ${failed.groupBy { it.case.group.number }.mapValues { it.value.size }} ${failed.take(12)}")
            }
        }
    })
