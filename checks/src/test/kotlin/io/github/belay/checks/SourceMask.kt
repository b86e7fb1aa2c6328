package io.github.belay.checks

/** Languages whose comments and string literals [SourceMask] can tell from code. */
internal enum class Language { KOTLIN, JAVA }

/**
 * Blanks out what is not code. Every character that is removed becomes a space and line breaks stay, so offsets and
 * line numbers of the result are those of the source.
 */
internal object SourceMask {
    /** Comments are blanked; string literals stay. */
    fun withoutComments(
        source: String,
        language: Language,
    ): String = Masking(source, language, blankLiterals = false).result()

    /** Comments and the text of literals are blanked; code inside a Kotlin string template stays. */
    fun codeOnly(
        source: String,
        language: Language,
    ): String = Masking(source, language, blankLiterals = true).result()
}

private class Masking(
    private val source: String,
    private val language: Language,
    private val blankLiterals: Boolean,
) {
    private val out = StringBuilder(source)
    private var at = 0

    fun result(): String {
        code(inTemplate = false)
        return out.toString()
    }

    private fun code(inTemplate: Boolean) {
        var openBraces = 0
        while (at < source.length) {
            when {
                sees("//") -> blankTo(source.indexOfOrEnd('\n', at))
                sees("/*") -> blankTo(endOfBlockComment())
                sees(TRIPLE_QUOTE) -> literal(TRIPLE_QUOTE, escapes = language == Language.JAVA)
                sees("\"") -> literal("\"", escapes = true)
                sees("'") -> literal("'", escapes = true)
                sees("`") && language == Language.KOTLIN -> at = source.indexOfOrEnd('`', at + 1) + 1
                sees("}") && inTemplate && openBraces == 0 -> return
                else -> openBraces += braceAt(at++)
            }
        }
    }

    private fun braceAt(index: Int): Int =
        when (source[index]) {
            '{' -> 1
            '}' -> -1
            else -> 0
        }

    private fun literal(
        quote: String,
        escapes: Boolean,
    ) {
        at += quote.length
        while (at < source.length && !closes(quote)) {
            when {
                escapes && sees("\\") -> blankLiteralTo(at + 2)
                language == Language.KOTLIN && sees("\${") -> template()
                else -> blankLiteralTo(at + 1)
            }
        }
        at += quote.length
    }

    /** A raw string may end in more quotes than three: the last three of the run close it. */
    private fun closes(quote: String): Boolean =
        sees(quote) && !(quote == TRIPLE_QUOTE && source.startsWith(quote, at + 1))

    private fun template() {
        at += 2
        code(inTemplate = true)
        at++
    }

    private fun endOfBlockComment(): Int {
        var depth = 0
        var index = at
        while (index < source.length) {
            when {
                source.startsWith("*/", index) -> {
                    depth--
                    index += 2
                    if (depth == 0 || language == Language.JAVA) return index
                }

                source.startsWith("/*", index) -> {
                    depth++
                    index += 2
                }

                else -> {
                    index++
                }
            }
        }
        return index
    }

    private fun sees(token: String): Boolean = source.startsWith(token, at)

    private fun blankLiteralTo(end: Int) = if (blankLiterals) blankTo(end) else at = minOf(end, source.length)

    private fun blankTo(end: Int) {
        val stop = minOf(end, source.length)
        for (index in at until stop) if (source[index] != '\n') out[index] = ' '
        at = stop
    }

    private fun String.indexOfOrEnd(
        char: Char,
        from: Int,
    ): Int = indexOf(char, from).let { if (it < 0) length else it }

    private companion object {
        const val TRIPLE_QUOTE = "\"\"\""
    }
}
