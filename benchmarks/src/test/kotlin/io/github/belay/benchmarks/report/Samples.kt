package io.github.belay.benchmarks.report

import io.github.belay.benchmarks.driver.Cell
import io.github.belay.benchmarks.driver.Results
import io.github.belay.benchmarks.driver.Workload
import io.github.belay.benchmarks.driver.Workloads
import io.github.belay.benchmarks.subject.Subjects
import io.github.belay.benchmarks.workload.Measured

/** Made-up results: [rate] messages a second for each cell in each of [rounds] rounds, and times to match. */
internal fun sampleResults(
    rounds: Int = 3,
    workloads: List<Workload> = Workloads.all,
    rate: (Cell, round: Int) -> Double,
): Results {
    val results = Results()
    for (round in 1..rounds) {
        for (workload in workloads) {
            for (subject in Subjects.entries.filter(workload::suits)) {
                val cell = Cell(workload, subject.name)
                results.add(cell, round, measured(rate(cell, round)))
            }
        }
    }
    return results
}

private fun measured(perSecond: Double): Measured {
    val histogram = Measured.newHistogram()
    val nanos = (1e9 / perSecond).toLong()
    repeat(99) { histogram.recordValue(nanos) }
    histogram.recordValue(nanos * 10)
    return Measured(1000, nanos * 1000, 0, 50_000, histogram, heapBytes = 2_048_000, stormNanos = nanos)
}
