package io.github.belay.benchmarks.report

import java.util.Locale

/** Writes one SVG picture. Texts are escaped, numbers have one decimal. */
internal class Svg(
    private val width: Int,
    private val height: Int,
) {
    private val body = StringBuilder()

    fun rectangle(
        x: Double,
        y: Double,
        width: Double,
        height: Double,
        colour: String,
    ) {
        body
            .append(
                """<rect x="${x.f}" y="${y.f}" width="${width.f}" height="${height.f}" fill="$colour"/>""",
            ).append('\n')
    }

    fun line(
        from: Pair<Double, Double>,
        to: Pair<Double, Double>,
        colour: String = GREY,
    ) {
        body
            .append("""<line x1="${from.first.f}" y1="${from.second.f}" x2="${to.first.f}" y2="${to.second.f}" """)
            .append("""stroke="$colour"/>""")
            .append('\n')
    }

    fun curve(
        points: List<Pair<Double, Double>>,
        colour: String,
    ) {
        val text = points.joinToString(" ") { (x, y) -> "${x.f},${y.f}" }
        body.append("""<polyline points="$text" fill="none" stroke="$colour" stroke-width="2"/>""").append('\n')
    }

    fun text(
        x: Double,
        y: Double,
        text: String,
        anchor: String = "start",
        size: Int = TEXT_SIZE,
    ) {
        body
            .append(
                """<text x="${x.f}" y="${y.f}" font-size="$size" text-anchor="$anchor" fill="$INK">${escape(
                    text,
                )}</text>""",
            ).append('\n')
    }

    override fun toString(): String =
        """<svg xmlns="http://www.w3.org/2000/svg" width="$width" height="$height" viewBox="0 0 $width $height" """ +
            """font-family="sans-serif">""" + "\n" +
            """<rect width="$width" height="$height" fill="#ffffff"/>""" + "\n$body</svg>\n"

    private val Double.f: String get() = "%.1f".format(Locale.ROOT, this)

    companion object {
        const val TEXT_SIZE = 12
        const val TITLE_SIZE = 16
        const val NOTE_SIZE = 10
        const val GREY = "#bbbbbb"
        private const val INK = "#222222"
        private val colours =
            listOf(
                "#7f7f7f",
                "#e15759",
                "#9c755f",
                "#b07aa1",
                "#76b7b2",
                "#f28e2b",
                "#edc948",
                "#ff9da7",
                "#59a14f",
                "#8cd17d",
                "#006837",
                "#4e79a7",
                "#a0cbe8",
                "#08306b",
            )

        /** The colour of the subject at [index] of all subjects, the same in every picture. */
        fun colour(index: Int): String = colours[index.coerceAtLeast(0) % colours.size]

        private fun escape(text: String): String =
            text
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
    }
}
