package io.github.belay.benchmarks.driver

import io.github.belay.benchmarks.subject.Subjects
import io.github.belay.benchmarks.workload.Measured

/** One subject at one workload. */
internal data class Cell(
    val workload: Workload,
    val subject: String,
)

/** What came out, round by round. */
internal class Results {
    private val rounds = LinkedHashMap<Cell, MutableMap<Int, Measured>>()
    private val failed = LinkedHashMap<Cell, String>()

    /** Cells that gave up, each with the reason. */
    val failures: Map<Cell, String> get() = failed

    fun add(
        cell: Cell,
        round: Int,
        measured: Measured,
    ) {
        rounds.getOrPut(cell) { sortedMapOf() }[round] = measured
    }

    /** [cell] is measured no more; what it has shown so far does not count. */
    fun fail(
        cell: Cell,
        reason: String,
    ) {
        failed[cell] = reason
        rounds.remove(cell)
    }

    fun isFailed(cell: Cell): Boolean = cell in failed

    /** By round; empty for what was not measured. */
    fun of(cell: Cell): Map<Int, Measured> = rounds[cell].orEmpty()

    val workloads: List<Workload> get() = rounds.keys.map { it.workload }.distinct()

    /** In the order of all subjects, whatever order they ran in. */
    fun subjectsAt(workload: Workload): List<String> =
        Subjects.entries.map { it.name }.filter { Cell(workload, it) in rounds }
}
