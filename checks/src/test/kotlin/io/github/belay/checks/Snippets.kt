package io.github.belay.checks

private val SOURCE_SNIPPET =
    Regex("""[ \t]*// snippet:(\S+)\n(.*?)[ \t]*// end:\1\n""", RegexOption.DOT_MATCHES_ALL)
private val MARKER = Regex("""<!-- snippet:(\S+) -->\n""")
private val MARKER_BEFORE = Regex("""<!-- snippet:(\S+) -->\n$""")
private val CODE = Regex("""^```(?:kotlin|java)\n(.*)$""", RegexOption.MULTILINE)
private val FENCE = Regex("""```\w+\n(.*?)```""", RegexOption.DOT_MATCHES_ALL)

/**
 * Code shown in Markdown that the build has compiled: a fenced block that follows the line `<!-- snippet:NAME -->` is
 * what stands between `// snippet:NAME` and `// end:NAME` in a source file of the examples, or of their tests.
 */
internal class Snippets(
    sources: List<SourceFile>,
) {
    private val byName: Map<String, List<String>> =
        sources
            .flatMap { SOURCE_SNIPPET.findAll(it.text) }
            .groupBy({ it.groupValues[1] }, { it.groupValues[2].trimIndent().trimEnd() + "\n" })

    /** The text with the code of every marked block replaced by the code of its source. */
    fun rewritten(markdown: String): String {
        val result = StringBuilder()
        var copied = 0
        for (marker in MARKER.findAll(markdown)) {
            val fence = FENCE.matchAt(markdown, marker.range.last + 1)
            requireNotNull(fence) { "no fenced block follows the marker: ${marker.value.trim()}" }
            val code = checkNotNull(fence.groups[1]).range
            result.append(markdown, copied, code.first).append(source(marker.groupValues[1]))
            copied = code.last + 1
        }
        return result.append(markdown, copied, markdown.length).toString()
    }

    private fun source(name: String): String {
        val found = byName[name].orEmpty()
        require(
            found.size == 1,
        ) { "snippet in the sources of the examples, once expected: $name (${found.size} times)" }
        return found.single()
    }

    companion object {
        /** The first lines of blocks of Kotlin or Java that no marker precedes: nobody has compiled them. */
        fun unmarked(markdown: String): List<String> =
            CODE
                .findAll(markdown)
                .filterNot { MARKER_BEFORE.containsMatchIn(markdown.substring(0, it.range.first)) }
                .map { it.groupValues[1] }
                .toList()
    }
}
