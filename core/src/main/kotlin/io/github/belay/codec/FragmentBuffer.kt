package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.Utf8Validator
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import java.nio.ByteBuffer

/**
 * The pieces of one message, joined in one array.
 *
 * It grows with the bytes that have arrived, never with a length that was only announced, and never above [maxBytes].
 * The user of [append] checks that; what is decompressed into it is checked here.
 */
internal class FragmentBuffer(
    private val maxBytes: Int,
) : InflatedBytes {
    private var joined: ByteBuffer = EMPTY

    /** Bytes joined so far; at most [maxBytes]. */
    var size: Int = 0
        private set

    fun append(piece: WsFrameView) {
        val needed = size + piece.size
        if (needed > joined.capacity()) grow(needed)
        piece.copyInto(joined.array(), size)
        size = needed
    }

    override fun room(): ByteBuffer {
        // One byte more than is allowed, so that too much is told from just enough.
        val ceiling = minOf(maxBytes + 1L, MAX_ARRAY_BYTES).toInt()
        if (size == joined.capacity()) grow(minOf(size.toLong() + MIN_ROOM_BYTES, ceiling.toLong()).toInt())
        return ByteBuffer.wrap(joined.array(), size, minOf(joined.capacity(), ceiling) - size)
    }

    override fun added(count: Int) {
        size += count
        checkBytes(CloseCode.MESSAGE_TOO_BIG, "message", size.toLong(), maxBytes.toLong())
    }

    /** True if the bytes from [fromIndex] on can follow what [validator] was fed before. */
    fun continuesUtf8(
        validator: Utf8Validator,
        fromIndex: Int,
    ): Boolean = validator.feed(joined, fromIndex, size - fromIndex)

    /** Points [view] at the joined bytes and starts afresh. They stay as they are until the next [append]. */
    fun lendTo(
        view: WsFrameView,
        kind: WsFrameKind,
    ) {
        view.lend(kind, joined, 0, size)
        size = 0
        // The view then holds the last reference, so one large message does not pin its memory to a quiet link.
        if (joined.capacity() > MAX_KEPT_BYTES) joined = EMPTY
    }

    /** Forgets all bytes and their memory. */
    fun release() {
        joined = EMPTY
        size = 0
    }

    /** Doubles at least, so that a message of many small pieces is copied a bounded number of times. */
    private fun grow(needed: Int) {
        val doubled = minOf(2L * joined.capacity(), maxBytes.toLong()).toInt()
        val larger = ByteBuffer.allocate(maxOf(needed, doubled))
        joined.array().copyInto(larger.array(), endIndex = size)
        joined = larger
    }

    private companion object {
        val EMPTY: ByteBuffer = ByteBuffer.allocate(0)

        /** Room for decompressed bytes to begin with. */
        const val MIN_ROOM_BYTES = 512

        /** Some machines have no larger arrays. */
        const val MAX_ARRAY_BYTES = Int.MAX_VALUE - 8L

        /** An array up to this size serves the next message too. */
        const val MAX_KEPT_BYTES = 64 * 1024
    }
}
