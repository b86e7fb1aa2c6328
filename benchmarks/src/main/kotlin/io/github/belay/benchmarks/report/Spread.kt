package io.github.belay.benchmarks.report

/** Median, smallest and largest of some numbers. */
internal class Spread private constructor(
    val median: Double,
    val min: Double,
    val max: Double,
) {
    companion object {
        /** Null for no numbers. */
        fun of(numbers: Collection<Double>): Spread? {
            if (numbers.isEmpty()) return null
            val sorted = numbers.sorted()
            val middle = sorted.size / 2
            val median = if (sorted.size % 2 == 1) sorted[middle] else (sorted[middle - 1] + sorted[middle]) / 2
            return Spread(median, sorted.first(), sorted.last())
        }
    }
}

/** The spread of what [combine] makes of each round that both have. */
internal fun <T> paired(
    subject: Map<Int, T>,
    reference: Map<Int, T>,
    combine: (T, T) -> Double,
): Spread? =
    Spread.of(subject.keys.intersect(reference.keys).map { combine(subject.getValue(it), reference.getValue(it)) })
