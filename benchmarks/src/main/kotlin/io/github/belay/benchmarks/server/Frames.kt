package io.github.belay.benchmarks.server

import java.nio.ByteBuffer

/** RFC 6455 section 5.2. */
internal const val OP_TEXT = 1
internal const val OP_BINARY = 2
internal const val OP_CLOSE = 8
internal const val OP_PING = 9
internal const val OP_PONG = 10

private const val FINAL_BIT = 0x80
private const val MASK_BIT = 0x80
private const val LENGTH_BITS = 0x7F
private const val SHORT_LENGTH = 126
private const val LONG_LENGTH = 127
private const val MASK_BYTES = 4

/** Most bytes that a header can take. */
internal const val MAX_HEADER_BYTES = 14

/** Puts the header of an unmasked whole message. */
internal fun ByteBuffer.putHeader(
    opcode: Int,
    size: Int,
) {
    put((FINAL_BIT or opcode).toByte())
    when {
        size < SHORT_LENGTH -> put(size.toByte())
        size <= 0xFFFF -> put(SHORT_LENGTH.toByte()).putShort(size.toShort())
        else -> put(LONG_LENGTH.toByte()).putLong(size.toLong())
    }
}

/**
 * Shows [use] each whole frame in [bytes], which were filled from 0 to the position, and moves what is left to the
 * front. Trusts the peer: nothing is checked. The mask key is 0 when there is none.
 */
internal inline fun takeFrames(
    bytes: ByteBuffer,
    use: (opcode: Int, payload: Int, size: Int, key: Int) -> Unit,
) {
    val end = bytes.position()
    var at = 0
    while (end - at >= 2) {
        val second = bytes.get(at + 1).toInt()
        val isMasked = second and MASK_BIT != 0
        val field = second and LENGTH_BITS
        val lengthBytes =
            if (field <
                SHORT_LENGTH
            ) {
                0
            } else if (field == SHORT_LENGTH) {
                Short.SIZE_BYTES
            } else {
                Long.SIZE_BYTES
            }
        val header = 2 + lengthBytes + if (isMasked) MASK_BYTES else 0
        if (end - at < header) break
        val size =
            when (lengthBytes) {
                0 -> field
                Short.SIZE_BYTES -> bytes.getShort(at + 2).toInt() and 0xFFFF
                else -> bytes.getLong(at + 2).toInt()
            }
        if (end - at < header + size) break
        val key = if (isMasked) bytes.getInt(at + header - MASK_BYTES) else 0
        use(bytes.get(at).toInt() and 0x0F, at + header, size, key)
        at += header + size
    }
    if (at > 0) bytes.limit(end).position(at).compact()
}

/** Puts the payload at [from] of [source], freed from its mask, eight bytes at a time. Both are in network byte order. */
internal fun ByteBuffer.putUnmasked(
    source: ByteBuffer,
    from: Int,
    size: Int,
    key: Int,
) {
    val wide = (key.toLong() shl Int.SIZE_BITS) or (key.toLong() and 0xFFFFFFFFL)
    var done = 0
    while (size - done >= Long.SIZE_BYTES) {
        putLong(source.getLong(from + done) xor wide)
        done += Long.SIZE_BYTES
    }
    while (done < size) {
        put((source.get(from + done).toInt() xor (key ushr (24 - 8 * (done and 3)))).toByte())
        done++
    }
}
