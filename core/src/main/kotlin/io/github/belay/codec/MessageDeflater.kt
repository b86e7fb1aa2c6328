package io.github.belay.codec

import io.github.belay.frame.MAX_WINDOW_BITS
import io.github.belay.frame.WsBytes
import java.nio.ByteBuffer
import java.util.zip.Deflater

/**
 * Compresses the messages that one side of a link sends (RFC 7692 section 7.2.1).
 *
 * With context takeover every message refers to the earlier ones, so what [deflate] returned has to be sent, and in
 * order. What was sent uncompressed in between does not count.
 *
 * Holds some 260 KiB outside the heap from the first message to [close], and up to [MAX_KEPT_BYTES] in it. Not
 * thread-safe: one instance belongs to the writing side of one link.
 *
 * Throws [IllegalArgumentException] for a server that agreed to a window of less than 32 KiB, which the JDK cannot keep
 * to.
 */
internal class MessageDeflater(
    parameters: WsDeflateParameters,
    sender: WsSide,
) : AutoCloseable {
    private val noContextTakeover = parameters.noContextTakeover(sender)
    private val level = parameters.level

    /** Null until the first message and after [close]. */
    private var deflater: Deflater? = null
    private var output = NOTHING
    private var isClosed = false

    /** True while it holds memory outside the heap. */
    val isOpen: Boolean get() = deflater != null

    init {
        require(sender == WsSide.CLIENT || parameters.serverMaxWindowBits == MAX_WINDOW_BITS) {
            "serverMaxWindowBits of a server must be $MAX_WINDOW_BITS but was ${parameters.serverMaxWindowBits}"
        }
    }

    /**
     * The payload of the compressed message that says [payload], from position to limit of a buffer with an array. It
     * is good until the next call.
     */
    fun deflate(payload: WsBytes): ByteBuffer {
        check(!isClosed) { "the deflater must not be used after it was closed" }
        // RFC 7692 section 7.2.3.6. Zlib makes nothing of nothing.
        if (payload.size == 0) return ByteBuffer.wrap(byteArrayOf(0))
        val zlib = deflater ?: Deflater(level, RAW).also { deflater = it }
        payload.withArray { array, offset, size -> zlib.setInput(array, offset, size) }
        val size = flushInto(zlib)
        zlib.setInput(NOTHING)
        if (noContextTakeover) zlib.reset()
        val message = ByteBuffer.wrap(output, 0, size - TAIL_BYTES)
        // The caller then holds the last reference, so one large message does not pin its memory to a quiet link.
        if (output.size > MAX_KEPT_BYTES) output = NOTHING
        return message
    }

    /** Bytes of the message in [output], the tail `00 00 FF FF` included that a sync flush makes. */
    private fun flushInto(zlib: Deflater): Int {
        var size = 0
        do {
            if (size == output.size) output = output.copyOf(maxOf(MIN_OUTPUT_BYTES, Math.multiplyExact(2, size)))
            val room = output.size - size
            val count = zlib.deflate(output, size, room, Deflater.SYNC_FLUSH)
            size += count
            // A full array leaves open whether there is more. Asked again at the very end, zlib may add one more empty
            // block, five bytes that mean nothing.
        } while (count == room)
        return size
    }

    /** Gives the memory outside the heap back. Later calls do nothing; [deflate] throws from now on. */
    override fun close() {
        isClosed = true
        deflater?.end()
        deflater = null
        output = NOTHING
    }

    internal companion object {
        /** An array up to this size serves the next message too. */
        const val MAX_KEPT_BYTES = 16 * 1024
        private const val MIN_OUTPUT_BYTES = 512
        private const val TAIL_BYTES = 4

        /** No header and no checksum around the data. */
        private const val RAW = true
        private val NOTHING = ByteArray(0)
    }
}
