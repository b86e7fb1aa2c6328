package io.github.belay.internal.actor

import io.github.belay.observe.WsErrorRecord
import kotlin.time.Duration

/** The newest errors of one sort, at most [capacity]. Not thread-safe. */
internal class RecentErrors(
    private val capacity: Int = DEFAULT_CAPACITY,
) {
    private class Entry(
        val at: Duration,
        val context: String,
        val code: Int?,
        val text: String,
    )

    /** Oldest first; null until there is one. */
    private var entries: ArrayDeque<Entry>? = null

    fun add(
        at: Duration,
        context: String,
        code: Int?,
        text: String,
    ) {
        if (capacity == 0) return
        val kept = entries ?: ArrayDeque<Entry>().also { entries = it }
        if (kept.size == capacity) kept.removeFirst()
        kept.addLast(Entry(at, context, code, text.cutToBytes(MAX_TEXT_BYTES)))
    }

    /** All of them, oldest first, as they look at [now]. */
    fun list(now: Duration): List<WsErrorRecord> =
        entries.orEmpty().map { WsErrorRecord(it.context, it.code, it.text, (now - it.at).inWholeMilliseconds) }

    private companion object {
        const val DEFAULT_CAPACITY = 100
        const val MAX_TEXT_BYTES = 1024
    }
}

/** The longest beginning of this text that takes at most [max] bytes as UTF-8, cut between two characters. */
internal fun String.cutToBytes(max: Int): String {
    // No UTF-16 unit takes more than three bytes.
    if (length * MOST_BYTES_OF_A_UNIT <= max) return this
    var bytes = 0
    var end = 0
    while (end < length) {
        val codePoint = codePointAt(end)
        bytes += bytesOf(codePoint)
        if (bytes > max) break
        end += Character.charCount(codePoint)
    }
    return substring(0, end)
}

private const val MOST_BYTES_OF_A_UNIT = 3

/** RFC 3629 section 3. */
@Suppress("MagicNumber")
private fun bytesOf(codePoint: Int): Int =
    when {
        codePoint < 0x80 -> 1
        codePoint < 0x800 -> 2
        codePoint < 0x10000 -> 3
        else -> 4
    }
