package io.github.belay.frame

import java.lang.invoke.MethodHandles
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** The top bit of each of eight bytes; none is set in ASCII. */
private const val NON_ASCII = -0x7F7F7F7F7F7F7F80L
private const val WORD = Long.SIZE_BYTES
private const val BLOCK = 4 * WORD

// Read in the machine's own order, since which byte is first does not matter: 87 ns for 1 KiB, against 150 with
// getLong.
private val words = MethodHandles.byteBufferViewVarHandle(LongArray::class.java, ByteOrder.nativeOrder())

private val arrayWords = MethodHandles.byteArrayViewVarHandle(LongArray::class.java, ByteOrder.nativeOrder())

private fun word(
    bytes: ByteBuffer,
    at: Int,
): Long = words.get(bytes, at) as Long

private fun word(
    bytes: ByteArray,
    at: Int,
): Long = arrayWords.get(bytes, at) as Long

/**
 * True if [size] bytes of [bytes] from absolute index [at] are all ASCII, and so valid UTF-8 too. Looks at every byte
 * before it answers: for the short messages that nearly always are.
 */
internal fun isAscii(
    bytes: ByteBuffer,
    at: Int,
    size: Int,
): Boolean {
    val end = at + size
    var index = at
    var seen = 0L
    while (end - index >= WORD) {
        seen = seen or word(bytes, index)
        index += WORD
    }
    if (size >= WORD) {
        // The last word once more, so far to the left that it ends where the bytes end.
        seen = seen or word(bytes, end - WORD)
    } else {
        while (index < end) seen = seen or bytes.get(index++).toLong()
    }
    return seen and NON_ASCII == 0L
}

/** [isAscii] of a part of an array. */
internal fun isAscii(
    bytes: ByteArray,
    at: Int,
    size: Int,
): Boolean {
    val end = at + size
    var index = at
    var seen = 0L
    while (end - index >= BLOCK) {
        seen = seen or word(bytes, index) or word(bytes, index + WORD) or
            word(bytes, index + WORD + WORD) or word(bytes, index + BLOCK - WORD)
        index += BLOCK
    }
    while (end - index >= WORD) {
        seen = seen or word(bytes, index)
        index += WORD
    }
    if (size >= WORD) {
        seen = seen or word(bytes, end - WORD)
    } else {
        while (index < end) seen = seen or bytes[index++].toLong()
    }
    return seen and NON_ASCII == 0L
}

/** The first index from [from] on, and before [end], that may not be ASCII; looks at words, so it may stop early. */
internal fun skipAscii(
    bytes: ByteBuffer,
    from: Int,
    end: Int,
): Int {
    var index = from
    while (end - index >= BLOCK) {
        val block =
            word(bytes, index) or word(bytes, index + WORD) or
                word(bytes, index + WORD + WORD) or word(bytes, index + BLOCK - WORD)
        if (block and NON_ASCII != 0L) break
        index += BLOCK
    }
    while (end - index >= WORD && word(bytes, index) and NON_ASCII == 0L) index += WORD
    return index
}
