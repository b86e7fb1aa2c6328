package io.github.belay.frame

/** Characters of foreign text that a log line or an exception message may carry. */
internal const val MAX_LOGGED_CHARS: Int = 256

/** Header lines of a server's answer that are looked at. */
internal const val MAX_HEADER_LINES: Int = 256

/**
 * This text made fit for a log: control characters, line breaks among them, and other characters that could forge or
 * reorder a line become `\uXXXX`, and what exceeds [MAX_LOGGED_CHARS] is cut. For every text that a server chose.
 */
internal fun String.forLog(): String {
    val shown = if (length > MAX_LOGGED_CHARS) substring(0, MAX_LOGGED_CHARS) else this
    val escaped = StringBuilder(shown.length)
    for (char in shown) {
        if (char.isISOControl() || char.category in forging) {
            escaped.append("\\u").append(char.code.toString(radix = 16).padStart(length = 4, padChar = '0'))
        } else {
            escaped.append(char)
        }
    }
    if (shown.length < length) escaped.append("… (").append(length).append(" chars)")
    return escaped.toString()
}

/**
 * This text without what addresses in it may carry of secrets: user-info, path and query become `***`. For messages of
 * exceptions.
 */
internal fun String.withoutSecrets(): String = behindHost.replace(userInfo.replace(this, "$1***@"), "$1/***")

/** What a log may say of an exception that user code threw: its message may quote a payload or a password. */
internal fun Throwable.typeName(): String = javaClass.simpleName.ifEmpty { javaClass.name }

/** Type and message of an exception whose words are ours or a transport's, without the secrets of addresses in it. */
internal fun Throwable.describe(): String = "${typeName()}: ${message.orEmpty().withoutSecrets()}"

private val userInfo = Regex("""(\b[A-Za-z][A-Za-z0-9+.-]*://)[^\s/@?#]+@""")
private val behindHost = Regex("""(\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]*)[/?#]\S*""")

private val forging =
    setOf(CharCategory.LINE_SEPARATOR, CharCategory.PARAGRAPH_SEPARATOR, CharCategory.FORMAT, CharCategory.SURROGATE)
