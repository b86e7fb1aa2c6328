package io.github.belay.benchmarks.report

import io.github.belay.benchmarks.driver.Cell
import io.github.belay.benchmarks.driver.Workloads
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

class GateSpec :
    FunSpec({
        val cell = Cell(Workloads.ingestBytes, "s")

        fun row(
            name: String,
            measure: Measure,
        ) = RatioRow(name, cell, cell, measure, must = 8.0, aim = 1.0)
        val rows = listOf(row("rate", Measure.RATE), row("p99", Measure.P99), row("bytes", Measure.BYTES_EACH))

        fun ratio(
            row: String,
            value: Double,
        ): Ratio {
            val better = rows.find { it.name == row }?.measure?.better ?: Better.HIGHER
            return Ratio(row, "s", "t", value, 8.0, 1.0, better)
        }

        fun compare(
            row: String,
            before: Double,
            now: Double,
        ) = Gate.compare(listOf(ratio(row, before)), listOf(ratio(row, now)), rows)

        test("lets a rate fall by 15 %, and no further") {
            compare("rate", before = 1.0, now = 0.86).failures.shouldBeEmpty()
            compare("rate", before = 1.0, now = 0.84).failures.single() shouldBe "rate: 0.840, committed 1.000"
        }

        test("lets a time grow by 15 %, and no further") {
            compare("p99", before = 2.0, now = 2.29).failures.shouldBeEmpty()
            compare("p99", before = 2.0, now = 2.31).failures.single() shouldBe "p99: 2.310, committed 2.000"
        }

        test("notes what became better by more than that, and passes") {
            compare("rate", before = 1.0, now = 1.2).let { it.failures.size to it.notes.size } shouldBe (0 to 1)
            compare("p99", before = 1.0, now = 0.8).let { it.failures.size to it.notes.size } shouldBe (0 to 1)
            compare("rate", before = 1.0, now = 1.1).notes.shouldBeEmpty()
        }

        test("holds what has a unit against its limit, not against the other machine") {
            compare("bytes", before = 1.0, now = 7.9).failures.shouldBeEmpty()
            compare("bytes", before = 1.0, now = 8.1).failures.single() shouldBe "bytes: 8.100, must 8.000"
        }

        test("fails for a row that was not measured, and notes one that is none any more") {
            val verdict = Gate.compare(listOf(ratio("rate", 1.0), ratio("gone", 1.0)), emptyList(), rows)
            verdict.failures shouldContainExactly listOf("rate: not measured")
            verdict.notes shouldContainExactly listOf("gone: no longer a row")
        }
    })
