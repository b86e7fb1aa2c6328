package io.github.belay.benchmarks.report

import java.util.Locale
import kotlin.math.log10
import kotlin.math.pow

/** One bar: a median, and how far the rounds went. */
internal class Bar(
    val label: String,
    val value: Spread,
    val colour: String,
)

/** Points to join, in the units of the axes. */
internal class Series(
    val label: String,
    val points: List<Pair<Double, Double>>,
    val colour: String,
)

/** A tick of an axis. */
internal class Tick(
    val value: Double,
    val label: String,
)

private const val WIDTH = 760
private const val LEFT = 150.0
private const val RIGHT = 610.0

/** Lying bars, the longest first, from zero on. */
internal fun barPlot(
    title: String,
    subtitle: String,
    unit: String,
    bars: List<Bar>,
): String {
    val rowHeight = 24.0
    val top = 60.0
    val svg = Svg(WIDTH, (top + rowHeight * bars.size + 20).toInt())
    val longest = bars.maxOfOrNull { it.value.max } ?: 1.0

    fun x(value: Double) = LEFT + value / longest * (RIGHT - LEFT)
    svg.text(12.0, 24.0, "$title: $unit, median and range of all rounds", size = Svg.TITLE_SIZE)
    svg.text(12.0, 42.0, subtitle, size = Svg.NOTE_SIZE)
    bars.sortedByDescending { it.value.median }.forEachIndexed { index, bar ->
        val y = top + index * rowHeight
        val middle = y + rowHeight / 2
        svg.text(LEFT - 8, middle + 4, bar.label, anchor = "end")
        svg.rectangle(LEFT, y + 3, x(bar.value.median) - LEFT, rowHeight - 6, bar.colour)
        svg.line(x(bar.value.min) to middle, x(bar.value.max) to middle, "#000000")
        svg.text(x(bar.value.max) + 8, middle + 4, short(bar.value.median))
    }
    return svg.toString()
}

/** Curves over two logarithmic axes. Points at or below zero are left out: a logarithm has no place for them. */
internal fun linePlot(
    title: String,
    subtitle: String,
    xLabel: String,
    yLabel: String,
    xTicks: List<Tick>,
    series: List<Series>,
): String {
    val shown = series.map { Series(it.label, it.points.filter { (x, y) -> x > 0 && y > 0 }, it.colour) }
    val plot = LogArea(xTicks, shown.flatMap { it.points })
    val svg = Svg(WIDTH, 440)
    svg.text(12.0, 24.0, "$title: $yLabel", size = Svg.TITLE_SIZE)
    svg.text(12.0, 42.0, subtitle, size = Svg.NOTE_SIZE)
    plot.yTicks.forEach { tick ->
        svg.line(plot.left to plot.y(tick.value), plot.right to plot.y(tick.value))
        svg.text(plot.left - 6, plot.y(tick.value) + 4, tick.label, anchor = "end")
    }
    xTicks.forEach { tick ->
        svg.line(plot.x(tick.value) to plot.top, plot.x(tick.value) to plot.bottom)
        svg.text(plot.x(tick.value), plot.bottom + 16, tick.label, anchor = "middle")
    }
    svg.text((plot.left + plot.right) / 2, plot.bottom + 34, xLabel, anchor = "middle")
    shown.forEachIndexed { index, line ->
        svg.curve(line.points.map { (x, y) -> plot.x(x) to plot.y(y) }, line.colour)
        svg.rectangle(RIGHT + 10, 64.0 + index * 18, 10.0, 10.0, line.colour)
        svg.text(RIGHT + 26, 73.0 + index * 18, line.label)
    }
    return svg.toString()
}

/** Where values lie in a picture: both axes are logarithmic, the upright one from one power of ten to another. */
private class LogArea(
    xTicks: List<Tick>,
    points: List<Pair<Double, Double>>,
) {
    val left = 70.0
    val right = RIGHT - 10
    val top = 56.0
    val bottom = 390.0
    private val xFrom = log10(xTicks.minOf { it.value })
    private val xTo = maxOf(xFrom + 1e-9, log10(xTicks.maxOf { it.value }))
    private val yFrom = kotlin.math.floor(log10(points.minOfOrNull { it.second } ?: 1.0)).toInt()
    private val yTo = maxOf(yFrom + 1, kotlin.math.ceil(log10(points.maxOfOrNull { it.second } ?: 1.0)).toInt())

    val yTicks: List<Tick> = (yFrom..yTo).map { Tick(10.0.pow(it), short(10.0.pow(it))) }

    fun x(value: Double): Double = left + (log10(value) - xFrom) / (xTo - xFrom) * (right - left)

    fun y(value: Double): Double = bottom - (log10(value) - yFrom) / (yTo - yFrom) * (bottom - top)
}

/** Three digits or so, and k or M for thousands and millions. */
internal fun short(value: Double): String =
    when {
        value >= 1e6 -> "${short(value / 1e6)} M"
        value >= 1e4 -> "${short(value / 1e3)} k"
        value >= 100 || value == value.toLong().toDouble() -> "%.0f".format(Locale.ROOT, value)
        value >= 1 -> "%.1f".format(Locale.ROOT, value)
        else -> "%.3f".format(Locale.ROOT, value)
    }
