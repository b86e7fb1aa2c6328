package io.github.belay.ingress

/** Escapes in JSON strings, RFC 8259 section 7. */
internal object JsonEscapes {
    private const val UNICODE_DIGITS = 4
    private const val RADIX = 16

    /** What [raw] says, an escape that is none taken as it stands. */
    fun resolve(raw: String): String {
        val text = StringBuilder(raw.length)
        var at = 0
        while (at < raw.length) {
            val escape = if (raw[at] == '\\') escapeAt(raw, at + 1) else null
            text.append(escape ?: raw[at])
            at += if (escape == null) 1 else lengthAt(raw, at + 1)
        }
        return text.toString()
    }

    private fun lengthAt(
        raw: String,
        at: Int,
    ): Int = if (raw[at] == 'u') 2 + UNICODE_DIGITS else 2

    private fun escapeAt(
        raw: String,
        at: Int,
    ): Char? =
        when (val letter = raw.getOrNull(at)) {
            '"', '\\', '/' -> letter
            'b' -> '\b'
            'f' -> '\u000C'
            'n' -> '\n'
            'r' -> '\r'
            't' -> '\t'
            'u' -> unicodeAt(raw, at + 1)
            else -> null
        }

    private fun unicodeAt(
        raw: String,
        at: Int,
    ): Char? =
        if (at + UNICODE_DIGITS > raw.length) {
            null
        } else {
            raw
                .substring(at, at + UNICODE_DIGITS)
                .takeIf { digits -> digits.all { it.digitToIntOrNull(RADIX) != null } }
                ?.toInt(RADIX)
                ?.toChar()
        }
}
