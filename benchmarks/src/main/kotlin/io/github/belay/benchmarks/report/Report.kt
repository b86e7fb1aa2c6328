package io.github.belay.benchmarks.report

import io.github.belay.benchmarks.driver.Plan
import io.github.belay.benchmarks.driver.Results
import java.io.File

/** What a run leaves behind: tables, the file of ratios, pictures. */
internal class Report(
    private val plan: Plan,
    private val results: Results,
    private val rows: List<RatioRow> = RatioRows.all,
) {
    private val machine = Machine.describe()

    /** The promises that could be measured. */
    val ratios: List<Ratio> =
        rows.mapNotNull { row ->
            val value = row.value(results) ?: return@mapNotNull null
            val reference = if (row.reference == row.subject) NO_REFERENCE else row.reference.subject
            Ratio(row.name, row.subject.subject, reference, value, row.must, row.aim, row.measure.better)
        }

    fun text(): String =
        buildString {
            append("# Side by side\n\n$machine.\n")
            append("${plan.rounds} rounds in turns of about ${plan.runSeconds} s each, seed ${plan.seed}. Medians.\n\n")
            append(Tables(results).all())
            append("\n### Promises\n\n").append(Tables.of(ratios))
            val missing = rows.map { it.name } - ratios.map { it.row }.toSet()
            if (missing.isNotEmpty()) {
                append(
                    "\nNot measured in this run:\n\n",
                ).append(missing.joinToString("") { "- $it\n" })
            }
            if (results.failures.isNotEmpty()) append("\nFailed:\n\n")
            results.failures.forEach { (cell, reason) -> append("- ${cell.workload}: ${cell.subject}: $reason\n") }
        }

    /** Writes `report.md`, `ratios.json` and the pictures. Those of an earlier run go: none is left to be mistaken. */
    fun writeTo(folder: File) {
        folder.mkdirs()
        folder.listFiles { file -> file.extension == "svg" }.orEmpty().forEach { it.delete() }
        folder.resolve("report.md").writeText(text())
        folder.resolve("ratios.json").writeText(RatioFile.write(ratios))
        Pictures(results, machine).all().forEach { (name, svg) -> folder.resolve("$name.svg").writeText(svg) }
    }

    private companion object {
        const val NO_REFERENCE = "none"
    }
}
