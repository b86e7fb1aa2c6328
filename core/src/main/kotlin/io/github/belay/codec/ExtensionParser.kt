package io.github.belay.codec

/** An extension as a header names it. */
internal class Extension(
    val name: String,
    val parameters: List<ExtensionParameter>,
)

/** A parameter as a header names it; its value without the quotes, null when it has none. */
internal class ExtensionParameter(
    val name: String,
    val value: String?,
)

/**
 * Reads one line of `Sec-WebSocket-Extensions`, in the grammar of RFC 6455 section 9.1:
 * ```
 * extension-list  = 1#extension
 * extension       = token *( ";" extension-param )
 * extension-param = token [ "=" (token | quoted-string) ]
 * ```
 * A quoted string holds a token too, once its quotes and backslashes are gone. Between the parts may be white space,
 * and empty elements of the list do not count (RFC 9110 section 5.6.1). Takes time in proportion to the line.
 */
internal class ExtensionParser(
    private val line: String,
) {
    private var at = 0

    /** The extensions of the line, none if it is empty; null if it is not in the grammar. */
    fun parse(): List<Extension>? {
        val extensions = mutableListOf<Extension>()
        do {
            skipSpace()
            if (at == line.length || line[at] == ',') continue
            extensions += extension() ?: return null
        } while (take(','))
        return extensions.takeIf { at == line.length }
    }

    private fun extension(): Extension? {
        val name = token() ?: return null
        val parameters = mutableListOf<ExtensionParameter>()
        while (take(';')) parameters += parameter() ?: return null
        return Extension(name, parameters)
    }

    private fun parameter(): ExtensionParameter? {
        val name = token() ?: return null
        if (!take('=')) return ExtensionParameter(name, value = null)
        val value = (if (take('"')) quoted() else token()) ?: return null
        return ExtensionParameter(name, value)
    }

    private fun token(): String? {
        skipSpace()
        val start = at
        while (at < line.length && line[at].isTokenChar()) at++
        return line.substring(start, at).ifEmpty { null }
    }

    /** The rest of a quoted string, of which the first quote is taken. */
    private fun quoted(): String? {
        val value = StringBuilder()
        while (at < line.length && line[at] != '"') {
            if (line[at] == '\\') at++
            // What is not a token here is not in the grammar, a second backslash and the end of the line among it.
            if (at == line.length || !line[at].isTokenChar()) return null
            value.append(line[at++])
        }
        val isClosed = at < line.length
        at++
        return value.toString().takeIf { isClosed && it.isNotEmpty() }
    }

    private fun take(separator: Char): Boolean {
        skipSpace()
        val isThere = at < line.length && line[at] == separator
        if (isThere) at++
        return isThere
    }

    private fun skipSpace() {
        while (at < line.length && (line[at] == ' ' || line[at] == '\t')) at++
    }

    /** RFC 9110 section 5.6.2. */
    private fun Char.isTokenChar(): Boolean =
        this in 'a'..'z' || this in 'A'..'Z' || this in '0'..'9' || this in "!#$%&'*+-.^_`|~"
}
