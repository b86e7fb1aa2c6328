package io.github.belay.frame

import java.nio.ByteBuffer

/**
 * Checks UTF-8 as it arrives, in pieces cut anywhere (RFC 3629 section 4; RFC 6455 section 8.1).
 *
 * Overlong forms, surrogates and code points above U+10FFFF are refused at the first byte that makes them certain. Not
 * thread-safe: one instance belongs to one direction of one link.
 */
internal class Utf8Validator {
    /** Continuation bytes still owed by the code point under way; 0 between code points. */
    private var owed = 0

    /** Bounds of the next continuation byte. Narrower than 0x80..0xBF only behind E0, ED, F0 and F4. */
    private var lowest = CONTINUATION_MIN
    private var highest = CONTINUATION_MAX

    /** True when everything fed so far ends on a whole code point. */
    val isComplete: Boolean get() = owed == 0

    /**
     * True if [size] bytes of [bytes] from absolute index [offset] can follow what was fed before. After a false, it is
     * spent until [reset].
     */
    fun feed(
        bytes: ByteBuffer,
        offset: Int,
        size: Int,
    ): Boolean {
        val end = offset + size
        var index = if (owed == 0) skipAscii(bytes, offset, end) else offset
        var asciiRun = 0
        while (index < end) {
            val byte = bytes.get(index++).toInt() and BYTE_MASK
            if (!feed(byte)) return false
            asciiRun = if (byte <= ASCII_MAX) asciiRun + 1 else 0
            if (asciiRun == Long.SIZE_BYTES) {
                // Eight in a row: the rest may well be ASCII again.
                index = skipAscii(bytes, index, end)
                asciiRun = 0
            }
        }
        return true
    }

    /** Begins a new text. */
    fun reset() {
        owed = 0
        expectAny()
    }

    private fun feed(byte: Int): Boolean =
        when (owed) {
            0 -> byte <= ASCII_MAX || lead(byte)
            else -> byte in lowest..highest && continuation()
        }

    private fun continuation(): Boolean {
        owed--
        expectAny()
        return true
    }

    @Suppress("MagicNumber") // The ranges are the table of RFC 3629 section 4.
    private fun lead(byte: Int): Boolean {
        when (byte) {
            in 0xC2..0xDF -> owed = 1
            0xE0 -> expect(2, min = 0xA0, max = CONTINUATION_MAX)
            0xED -> expect(2, min = CONTINUATION_MIN, max = 0x9F)
            in 0xE1..0xEF -> owed = 2
            0xF0 -> expect(3, min = 0x90, max = CONTINUATION_MAX)
            in 0xF1..0xF3 -> owed = 3
            0xF4 -> expect(3, min = CONTINUATION_MIN, max = 0x8F)
            else -> return false
        }
        return true
    }

    private fun expect(
        count: Int,
        min: Int,
        max: Int,
    ) {
        owed = count
        lowest = min
        highest = max
    }

    private fun expectAny() {
        lowest = CONTINUATION_MIN
        highest = CONTINUATION_MAX
    }

    companion object {
        private const val BYTE_MASK = 0xFF
        private const val ASCII_MAX = 0x7F
        private const val CONTINUATION_MIN = 0x80
        private const val CONTINUATION_MAX = 0xBF

        /** True if [bytes] are one whole UTF-8 text. */
        fun isValid(bytes: WsBytes): Boolean = Utf8Validator().run { bytes.continuesUtf8(this) && isComplete }
    }
}
