package io.github.belay.benchmarks.report

import io.github.belay.benchmarks.driver.Cell
import io.github.belay.benchmarks.driver.Results
import io.github.belay.benchmarks.driver.Workload
import io.github.belay.benchmarks.driver.Workloads
import io.github.belay.benchmarks.subject.Subjects
import io.github.belay.benchmarks.workload.Measured

/** The pictures of a report, by the names of their files. */
internal class Pictures(
    private val results: Results,
    private val subtitle: String,
) {
    fun all(): Map<String, String> =
        buildMap {
            val (held, others) = results.workloads.partition { it.connections > 0 }
            others.forEach { put(slug(it), if (it.isTimed) percentiles(it) else bars(it)) }
            if (results.workloads.count { it.inFlight > 1 } > 1) put("scaling-in-flight", inFlight())
            if (held.size > 1) {
                put("scaling-connects", connections(held, "Opening idle connections", "connects/s") { it.perSecond })
                put("scaling-heap", connections(held, "Heap of an idle connection", "KiB each") { it.heapEach / 1024 })
            }
        }

    private fun bars(workload: Workload): String =
        barPlot(
            workload.name,
            subtitle,
            "M/s",
            results.subjectsAt(workload).mapNotNull { subject ->
                spread(Cell(workload, subject)) { it.perSecond / 1e6 }?.let { Bar(subject, it, colourOf(subject)) }
            },
        )

    private fun percentiles(workload: Workload): String =
        linePlot(
            workload.name,
            subtitle,
            "percentile",
            "us",
            percents.map { Tick(oneIn(it), short(it)) },
            results.subjectsAt(workload).map { subject ->
                val points =
                    percents.mapNotNull { percent ->
                        point(oneIn(percent), Cell(workload, subject)) { it.micros(percent) }
                    }
                Series(subject, points, colourOf(subject))
            },
        )

    /** With one in flight, who has requests of its own asks, and the others send and wait. */
    private fun inFlight(): String {
        val alone = listOf(Workloads.askFromDefault, Workloads.roundTrip)
        val many = results.workloads.filter { it.inFlight > 1 }
        val names = many.flatMap(results::subjectsAt).distinct()
        return linePlot(
            "Answers with more in flight",
            subtitle,
            "in flight",
            "answers/s",
            (listOf(1) + many.map { it.inFlight }).map { Tick(it.toDouble(), "$it") },
            names.map { subject ->
                val one = alone.firstOrNull { results.of(Cell(it, subject)).isNotEmpty() }
                val points =
                    (listOfNotNull(one) + many).mapNotNull { workload ->
                        point(workload.inFlight.toDouble(), Cell(workload, subject)) { it.perSecond }
                    }
                Series(subject, points, colourOf(subject))
            },
        )
    }

    private fun connections(
        workloads: List<Workload>,
        title: String,
        unit: String,
        of: (Measured) -> Double,
    ): String =
        linePlot(
            title,
            subtitle,
            "connections",
            unit,
            workloads.map { Tick(it.connections.toDouble(), "${it.connections}") },
            workloads.flatMap(results::subjectsAt).distinct().map { subject ->
                val points = workloads.mapNotNull { point(it.connections.toDouble(), Cell(it, subject), of) }
                Series(subject, points, colourOf(subject))
            },
        )

    private fun point(
        x: Double,
        cell: Cell,
        of: (Measured) -> Double,
    ): Pair<Double, Double>? = spread(cell, of)?.let { x to it.median }

    private fun spread(
        cell: Cell,
        of: (Measured) -> Double,
    ): Spread? = Spread.of(results.of(cell).values.map(of))

    private fun colourOf(subject: String) = Svg.colour(Subjects.entries.indexOfFirst { it.name == subject })

    companion object {
        private val percents = listOf(50.0, 75.0, 90.0, 99.0, 99.9)

        /** 99 % is all but one in a hundred. */
        private fun oneIn(percent: Double): Double = 100 / (100 - percent)

        /** A name for a file: `ingest-100-b-as-bytes`. */
        fun slug(workload: Workload): String =
            workload.name
                .lowercase()
                .replace(Regex("[^a-z0-9]+"), "-")
                .trim('-')
    }
}
