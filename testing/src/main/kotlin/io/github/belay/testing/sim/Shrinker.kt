package io.github.belay.testing.sim

/**
 * Makes a failing scenario small by leaving parts of its schedules out (delta debugging): halves first, then ever smaller
 * pieces, for as long as the run still breaks the same rule.
 */
internal class Shrinker(
    private val maxRuns: Int = MAX_RUNS,
    private val run: (Scenario) -> SimulationReport,
) {
    private var runs = 0

    /** The report of the smallest scenario found that breaks what [failed] broke. */
    fun shrink(failed: SimulationReport): SimulationReport {
        val rule = failed.violations.first().invariant
        var best = failed

        fun stillFails(scenario: Scenario): Boolean {
            if (runs++ >= maxRuns) return false
            val report = run(scenario)
            val fails = report.violations.any { it.invariant == rule }
            if (fails) best = report
            return fails
        }
        minimize(best.scenario.faults) { stillFails(best.scenario.copy(faults = it)) }
        minimize(best.scenario.operations) { stillFails(best.scenario.copy(operations = it)) }
        // Fewer operations may make faults needless.
        minimize(best.scenario.faults) { stillFails(best.scenario.copy(faults = it)) }
        return best
    }

    private fun <T> minimize(
        all: List<T>,
        fails: (List<T>) -> Boolean,
    ) {
        var kept = all
        var pieces = 2
        if (kept.isNotEmpty() && fails(emptyList())) return
        while (kept.size >= 2) {
            val size = (kept.size + pieces - 1) / pieces
            val rest =
                kept.chunked(size).indices.firstNotNullOfOrNull { index ->
                    without(kept, index, size).takeIf(fails)
                }
            if (rest != null) {
                kept = rest
                pieces = maxOf(pieces - 1, 2)
            } else {
                if (pieces >= kept.size) return
                pieces = minOf(pieces * 2, kept.size)
            }
        }
    }

    private fun <T> without(
        all: List<T>,
        piece: Int,
        size: Int,
    ): List<T> = all.filterIndexed { index, _ -> index / size != piece }

    private companion object {
        const val MAX_RUNS = 2000
    }
}
