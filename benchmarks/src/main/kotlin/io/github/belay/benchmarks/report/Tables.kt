package io.github.belay.benchmarks.report

import io.github.belay.benchmarks.driver.Cell
import io.github.belay.benchmarks.driver.Results
import io.github.belay.benchmarks.driver.Workload
import io.github.belay.benchmarks.subject.Subjects
import io.github.belay.benchmarks.workload.Measured
import java.util.Locale

/** The tables of a report, in Markdown, which a terminal shows as well. */
internal class Tables(
    private val results: Results,
) {
    fun all(): String = results.workloads.joinToString("\n") { of(it) }

    private fun of(workload: Workload): String =
        when {
            workload.connections > 0 -> connections(workload)
            workload.isTimed -> times(workload)
            else -> rates(workload)
        }

    private fun rates(workload: Workload): String {
        val rows =
            sorted(workload) { -it.perSecond }.map { subject ->
                val cell = Cell(workload, subject)
                listOf(
                    subject,
                    spread(cell, 3) { it.perSecond / 1e6 },
                    median(cell, 0) { it.perSecond * workload.sizeBytes / 1e6 },
                    median(cell, 0) { it.cpuNanosEach },
                    median(cell, 0) { it.allocatedEach },
                    ratio(cell, Subjects.BARE, Measure.RATE),
                    ratio(cell, Subjects.OKHTTP, Measure.RATE),
                )
            }
        return table(
            workload,
            listOf("subject", "M/s (min–max)", "MB/s", "CPU ns each", "B each", "over bare", "over okhttp"),
            rows,
        )
    }

    private fun times(workload: Workload): String {
        val rows =
            sorted(workload) { it.micros(50.0) }.map { subject ->
                val cell = Cell(workload, subject)
                listOf(
                    subject,
                    spread(cell, 1) { it.micros(50.0) },
                    median(cell, 1) { it.micros(99.0) },
                    median(cell, 1) { it.micros(99.9) },
                    median(cell, 1) { it.cpuNanosEach / 1e3 },
                    median(cell, 0) { it.allocatedEach },
                    ratio(cell, Subjects.BARE, Measure.P50),
                    ratio(cell, Subjects.OKHTTP, Measure.P50),
                )
            }
        return table(
            workload,
            listOf(
                "subject",
                "p50 us (min–max)",
                "p99 us",
                "p99.9 us",
                "CPU us each",
                "B each",
                "p50 over bare",
                "p50 over okhttp",
            ),
            rows,
        )
    }

    private fun connections(workload: Workload): String {
        val rows =
            sorted(workload) { it.heapEach }.map { subject ->
                val cell = Cell(workload, subject)
                listOf(
                    subject,
                    spread(cell, 1) { it.heapEach / 1024 },
                    spread(cell, 0) { it.perSecond },
                    spread(cell, 0) { it.stormNanos / 1e6 },
                )
            }
        return table(
            workload,
            listOf(
                "subject",
                "heap each, KiB (min–max)",
                "connects/s (min–max)",
                "storm ms, 60,000 for not all back (min–max)",
            ),
            rows,
        )
    }

    private fun sorted(
        workload: Workload,
        by: (Measured) -> Double,
    ): List<String> = results.subjectsAt(workload).sortedBy { values(Cell(workload, it), by)?.median }

    private fun values(
        cell: Cell,
        of: (Measured) -> Double,
    ): Spread? = Spread.of(results.of(cell).values.map(of))

    private fun median(
        cell: Cell,
        decimals: Int,
        of: (Measured) -> Double,
    ): String = values(cell, of)?.let { number(it.median, decimals) }.orEmpty()

    private fun spread(
        cell: Cell,
        decimals: Int,
        of: (Measured) -> Double,
    ): String =
        values(cell, of)
            ?.let { "${number(it.median, decimals)} (${number(it.min, decimals)}–${number(it.max, decimals)})" }
            .orEmpty()

    private fun ratio(
        cell: Cell,
        reference: String,
        measure: Measure,
    ): String =
        paired(results.of(cell), results.of(Cell(cell.workload, reference)), measure.combine)
            ?.let { number(it.median, 3) }
            .orEmpty()

    companion object {
        private fun number(
            value: Double,
            decimals: Int,
        ): String = "%.${decimals}f".format(Locale.ROOT, value)

        private fun table(
            workload: Workload,
            head: List<String>,
            rows: List<List<String>>,
        ): String = "### $workload\n\n${table(head, rows)}"

        private fun table(
            head: List<String>,
            rows: List<List<String>>,
        ): String {
            val widths = head.indices.map { column -> (rows + listOf(head)).maxOf { it[column].length } }

            fun line(cells: List<String>) =
                cells.indices.joinToString(" | ", "| ", " |\n") {
                    if (it == 0) cells[it].padEnd(widths[it]) else cells[it].padStart(widths[it])
                }
            val rule =
                widths.indices.joinToString("|", "|", "|\n") {
                    "-".repeat(widths[it] + 1) +
                        if (it == 0) "-" else ":"
                }
            return line(head) + rule + rows.joinToString("") { line(it) }
        }

        /** The promises: what was reached, and what was not measured. */
        fun of(ratios: List<Ratio>): String =
            table(
                listOf("promise", "subject", "reference", "measured", "must", "aim", ""),
                ratios.map {
                    val sign = if (it.better == Better.HIGHER) "≥" else "≤"
                    val verdict =
                        if (it.isAimed) {
                            "aim"
                        } else if (it.isMet) {
                            "must"
                        } else {
                            "NOT REACHED"
                        }
                    listOf(
                        it.row,
                        it.subject,
                        it.reference,
                        number(it.ratio, 3),
                        "$sign ${it.must}",
                        "$sign ${it.aim}",
                        verdict,
                    )
                },
            )
    }
}
