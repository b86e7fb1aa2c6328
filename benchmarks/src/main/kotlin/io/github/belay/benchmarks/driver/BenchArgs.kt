package io.github.belay.benchmarks.driver

import io.github.belay.benchmarks.subject.SubjectEntry
import io.github.belay.benchmarks.subject.Subjects

/** What the command line asks for. */
internal class BenchArgs private constructor(
    val isQuick: Boolean,
    val isGate: Boolean,
    private val rounds: Int?,
    private val seed: Long?,
    private val subjects: List<SubjectEntry>?,
    private val words: List<String>,
    /** Where the report goes; null for the usual place. */
    val out: String?,
) {
    /** Throws [IllegalArgumentException] when nothing is left to measure. */
    fun plan(): Plan {
        val workloads =
            Workloads.all
                .filter { it.isQuick || !isQuick }
                .filter { workload -> words.isEmpty() || words.any { workload.name.contains(it, ignoreCase = true) } }
        require(workloads.isNotEmpty()) { "no workload's name contains ${words.joinToString(" or ")}" }
        return Plan(
            workloads = workloads,
            subjects = subjects ?: Subjects.entries,
            rounds = rounds ?: if (isQuick) QUICK_ROUNDS else FULL_ROUNDS,
            runSeconds = if (isQuick) QUICK_RUN_SECONDS else FULL_RUN_SECONDS,
            warmUpSeconds = if (isQuick) QUICK_WARM_UP_SECONDS else FULL_WARM_UP_SECONDS,
            seed = seed ?: System.nanoTime(),
            limitSeconds = if (isQuick) QUICK_LIMIT_SECONDS else Double.MAX_VALUE,
        )
    }

    companion object {
        const val USAGE: String =
            """usage: ./bench [--quick] [--gate] [--subjects NAME,NAME…] [--workloads TEXT,TEXT…] [--rounds N] [--seed N]
               [--out FOLDER]
  --quick       fewer workloads, 3 short rounds: under 3 minutes, and good for a first look only
  --gate        compares with benchmarks/results/ratios.json and fails with the names of the rows that got worse
  --workloads   those whose names contain one of the texts"""

        private const val QUICK_ROUNDS = 3
        private const val FULL_ROUNDS = 5
        private const val QUICK_RUN_SECONDS = 0.08
        private const val FULL_RUN_SECONDS = 0.5
        private const val QUICK_WARM_UP_SECONDS = 0.25
        private const val QUICK_LIMIT_SECONDS = 160.0
        private const val FULL_WARM_UP_SECONDS = 2.0

        /** Reads [words]; throws [IllegalArgumentException] with one clear line for what it cannot use. */
        fun parse(words: List<String>): BenchArgs {
            val flags = words.filter { it in setOf("--quick", "--gate") }
            val rest = words - flags.toSet()
            require(rest.size % 2 == 0) { "${rest.last()} needs a value, or is unknown" }
            val values = rest.chunked(2).associate { (name, value) -> name to value }
            val known = setOf("--rounds", "--seed", "--subjects", "--workloads", "--out")
            values.keys.forEach { require(it in known) { "unknown option $it" } }

            fun number(name: String): Long? =
                values[name]?.let { requireNotNull(it.toLongOrNull()) { "$name must be a number but was $it" } }
            val rounds = number("--rounds")
            require(rounds == null || rounds in 1..1000) { "--rounds must be in 1..1000 but was $rounds" }
            return BenchArgs(
                isQuick = "--quick" in flags,
                isGate = "--gate" in flags,
                rounds = rounds?.toInt(),
                seed = number("--seed"),
                subjects = values["--subjects"]?.split(',')?.map(Subjects::find),
                words = values["--workloads"]?.split(',').orEmpty(),
                out = values["--out"],
            )
        }
    }
}
