package io.github.belay.benchmarks.report

import io.github.belay.benchmarks.driver.Cell
import io.github.belay.benchmarks.driver.Plan
import io.github.belay.benchmarks.driver.Workloads
import io.github.belay.benchmarks.subject.Subjects
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.w3c.dom.Document
import org.w3c.dom.Element
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

private fun parse(file: File): Document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file)

class ReportSpec :
    FunSpec({
        val plan = Plan(Workloads.all, Subjects.entries, rounds = 3, runSeconds = 0.5, warmUpSeconds = 1.0, seed = 7)

        test("a ratio is the median of the rounds' own ratios") {
            val results =
                sampleResults(rounds = 3) { cell, round ->
                    val slowdown = if (round == 2) 100.0 else 1.0
                    (if (cell.subject == Subjects.BELAY_KTOR) 1e4 else 2e4) / slowdown
                }
            val row = "Ktor: ingest 100 B as bytes, over the raw session"
            val ratio = Report(plan, results).ratios.single { it.row == row }
            ratio.ratio shouldBe (0.5 plusOrMinus 0.0001)
            listOf(ratio.subject, ratio.reference) shouldBe listOf("belay-ktor", "ktor-raw")
        }

        test("what has a unit is no ratio, and what is allowed is taken off") {
            val ktor = Cell(Workloads.connections10000, Subjects.BELAY_KTOR)
            val results = sampleResults { _, _ -> 1e6 }
            val heap = RatioRow("heap", ktor, ktor, Measure.HEAP_KIB_EACH, 3.0, 1.0)
            val bytes = RatioRow("bytes", ktor, ktor, Measure.BYTES_EACH, 50.0, 1.0, allowance = 10.0)
            val above =
                RatioRow("above", ktor, Cell(Workloads.roundTrip, Subjects.BARE), Measure.P50_MICROS_ABOVE, 1.0, 0.5)
            val ratios = Report(plan, results, listOf(heap, bytes, above)).ratios
            ratios.map { it.ratio } shouldBe listOf(2.0, 40.0, 0.0)
            ratios.map { it.reference } shouldBe listOf("none", "none", "bare")
        }

        test("names the promises that were not measured, and the cells that failed") {
            val results = sampleResults { _, _ -> 1e6 }
            val failed = Cell(Workloads.ingestKib, Subjects.BELAY_KTOR)
            results.fail(failed, "it broke")
            val report = Report(plan, results)
            report.ratios.map { it.row } shouldNotContain "Ktor: ingest 1 KiB as bytes, over the raw session"
            report.text() shouldContain "- Ktor: ingest 1 KiB as bytes, over the raw session\n"
            report.text() shouldContain "- ingest 1 KiB as bytes: belay-ktor: it broke\n"
        }

        test("every promise is about workloads that its subjects take part in") {
            for (row in RatioRows.all) {
                for (cell in listOf(row.subject, row.reference)) {
                    Workloads.all shouldContain cell.workload
                    val subject = Subjects.entries.find { it.name == cell.subject } ?: continue
                    cell.workload.suits(subject) shouldBe true
                }
            }
            RatioRows.all
                .groupBy { it.name }
                .filterValues { it.size > 1 }
                .keys shouldContainExactly emptySet()
        }

        test("writes tables, ratios and well-formed pictures, and clears away older ones") {
            val folder = tempdir()
            folder.resolve("older.svg").writeText("old")
            Report(plan, sampleResults { _, round -> 1e6 * round }).writeTo(folder)
            val names = folder.list().orEmpty().toList()
            names shouldContain "report.md"
            names shouldContain "ratios.json"
            names shouldNotContain "older.svg"
            val pictures = folder.listFiles { file -> file.extension == "svg" }.orEmpty()
            pictures.map { it.name }.filter { it.startsWith("scaling") } shouldContain "scaling-heap.svg"
            pictures.forEach { parse(it).documentElement.tagName shouldBe "svg" }
        }

        test("a picture has a bar for each subject, as long as its median") {
            val folder = tempdir()
            val results =
                sampleResults(rounds = 1, workloads = listOf(Workloads.ingestBytes)) { cell, _ ->
                    if (cell.subject == Subjects.BARE) 4e6 else 1e6
                }
            Report(plan, results).writeTo(folder)
            val bars = parse(folder.resolve("ingest-100-b-as-bytes.svg")).getElementsByTagName("rect")
            // The first one is the background.
            val widths = (1 until bars.length).map { (bars.item(it) as Element).getAttribute("width").toDouble() }
            widths.size shouldBe Subjects.entries.size
            widths.first() / widths.last() shouldBe (4.0 plusOrMinus 0.01)
        }

        test("texts in pictures are escaped") {
            val folder = tempdir()
            val file = folder.resolve("a.svg")
            val one = checkNotNull(Spread.of(listOf(1.0)))
            file.writeText(barPlot("a < b & \"c\"", "", "M/s", listOf(Bar("<x>", one, "#000000"))))
            parse(file).documentElement.textContent shouldContain "<x>"
        }

        test("a logarithmic axis leaves out what is not above zero") {
            val file = tempdir().resolve("a.svg")
            val series = Series("s", listOf(1.0 to -5.0, 10.0 to 0.0, 10.0 to 3.0, 100.0 to 30.0), "#000000")
            file.writeText(linePlot("t", "", "x", "y", listOf(Tick(1.0, "1"), Tick(100.0, "100")), listOf(series)))
            val curve = parse(file).getElementsByTagName("polyline").item(0) as Element
            curve.getAttribute("points").split(' ').size shouldBe 2
        }
    })
