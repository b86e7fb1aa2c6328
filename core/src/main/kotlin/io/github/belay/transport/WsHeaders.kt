package io.github.belay.transport

import io.github.belay.frame.MAX_HEADER_LINES

/**
 * HTTP header lines in order; names compare without case. Immutable and safe to share.
 *
 * Values may be credentials: [toString] shows names only.
 */
public class WsHeaders private constructor(
    lines: List<Map.Entry<String, String>>,
) {
    /** Name and value of each line, in order. Unmodifiable. */
    public val entries: List<Map.Entry<String, String>> = java.util.List.copyOf(lines)

    /** The first value of [name], or null. */
    public operator fun get(name: String): String? =
        entries.firstOrNull { it.key.equals(name, ignoreCase = true) }?.value

    /** All values of [name], in order. */
    public fun all(name: String): List<String> =
        entries.filter { it.key.equals(name, ignoreCase = true) }.map { it.value }

    /**
     * These lines and one more. Throws [IllegalArgumentException] if [name] is not a token (RFC 9110 section 5.1) or
     * [value] has a control character; the message never repeats the value. U+0080 to U+009F count as such, though RFC
     * 9110 section 5.5 still takes them from others: terminals obey them. A transport leaves out a line that was
     * received with one.
     */
    public fun with(
        name: String,
        value: String,
    ): WsHeaders {
        require(name.isNotEmpty() && name.all(::isTokenChar)) {
            "header name must be a token (RFC 9110 section 5.6.2) but is not"
        }
        require(value.none { it.isISOControl() && it != '\t' }) {
            "value of header $name must not have control characters"
        }
        require(value.all { it.code <= MAX_FIELD_CHAR }) { "value of header $name must be ISO-8859-1" }
        return WsHeaders(entries + java.util.AbstractMap.SimpleImmutableEntry(name, value))
    }

    /** These lines and then those of [other]. */
    public operator fun plus(other: WsHeaders): WsHeaders = WsHeaders(entries + other.entries)

    /** The names only. */
    override fun toString(): String = entries.joinToString(prefix = "WsHeaders(", postfix = ")") { "${it.key}: ***" }

    /** Makes headers. */
    public companion object {
        private const val MAX_FIELD_CHAR = 0xFF
        private const val TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~"

        /** No lines. */
        @JvmField
        public val EMPTY: WsHeaders = WsHeaders(emptyList())

        /** One line; the rules are those of [with]. */
        @JvmStatic
        public fun of(
            name: String,
            value: String,
        ): WsHeaders = EMPTY.with(name, value)

        /** The lines of [values]; the rules are those of [with]. */
        @JvmStatic
        public fun of(values: Map<String, String>): WsHeaders =
            values.entries.fold(EMPTY) { headers, (name, value) -> headers.with(name, value) }

        /**
         * For transports: what of the header lines of an answer can be used, in order. That is the first 256 of them,
         * without those that [with] refuses.
         */
        @JvmStatic
        public fun received(lines: List<Map.Entry<String, String>>): WsHeaders =
            WsHeaders(lines.take(MAX_HEADER_LINES).flatMap { (name, value) -> usable(name, value) })

        private fun usable(
            name: String,
            value: String,
        ): List<Map.Entry<String, String>> =
            try {
                of(name, value).entries
            } catch (_: IllegalArgumentException) {
                emptyList()
            }

        /** True if [char] may stand in a token (RFC 9110 section 5.6.2). */
        internal fun isTokenChar(char: Char): Boolean =
            char in 'a'..'z' || char in 'A'..'Z' || char in '0'..'9' || char in TOKEN_PUNCTUATION
    }
}
