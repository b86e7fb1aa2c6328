package io.github.belay.benchmarks.report

import java.util.Locale

/** What the gate found: [failures] close it, [notes] do not. */
internal class Verdict(
    val failures: List<String>,
    val notes: List<String>,
)

/**
 * Compares a run with the committed one. Ratios may be [BAND] worse and no more; what is that much better is noted, for
 * the committed figure has become too easy to keep. What has a unit is held against what must be reached.
 */
internal object Gate {
    private const val BAND = 0.15

    fun compare(
        committed: List<Ratio>,
        measured: List<Ratio>,
        rows: List<RatioRow> = RatioRows.all,
    ): Verdict {
        val failures = mutableListOf<String>()
        val notes = mutableListOf<String>()
        for (before in committed) {
            val now = measured.find { it.row == before.row && it.subject == before.subject }
            val row = rows.find { it.name == before.row }
            when {
                row == null -> {
                    notes += "${before.row}: no longer a row"
                }

                now == null -> {
                    failures += "${before.row}: not measured"
                }

                !row.measure.isRatio -> {
                    if (!now.isMet) {
                        failures +=
                            "${now.row}: ${show(now.ratio)}, must ${show(now.must)}"
                    }
                }

                else -> {
                    judge(before, now, failures, notes)
                }
            }
        }
        return Verdict(failures, notes)
    }

    private fun judge(
        before: Ratio,
        now: Ratio,
        failures: MutableList<String>,
        notes: MutableList<String>,
    ) {
        val change = now.ratio / before.ratio - 1
        val gain = if (before.better == Better.HIGHER) change else -change
        val text = "${now.row}: ${show(now.ratio)}, committed ${show(before.ratio)}"
        if (gain < -BAND) failures += text
        if (gain > BAND) notes += "$text: commit the better figure"
    }

    private fun show(number: Double) = "%.3f".format(Locale.ROOT, number)
}
