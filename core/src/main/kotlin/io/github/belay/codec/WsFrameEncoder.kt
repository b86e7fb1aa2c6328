package io.github.belay.codec

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import java.nio.ByteBuffer

/**
 * Frames of one link in, bytes out (RFC 6455 section 5.2), every message as one frame and every length in its shortest
 * form. No I/O, no threads.
 *
 * [begin] takes a frame, and [write] puts it into one buffer or into several, as they have room. Between the two nothing
 * is copied or allocated. Not thread-safe: one instance belongs to the writing side of one link.
 *
 * @param keys where mask keys come from, for a client; null for a server, which does not mask (RFC 6455 section 5.1)
 */
public class WsFrameEncoder(
    private val keys: WsMaskKeys?,
) {
    /** Header of the frame under way, ready to be read. */
    private val header: ByteBuffer = ByteBuffer.allocate(MAX_HEADER_BYTES).limit(0)

    /** What is left of its payload, and the key turned to fit. */
    private var payload = NOTHING
    private var from = 0
    private var left = 0
    private var key = 0

    /** Bytes of the frame under way that [write] has not put anywhere yet; 0 between frames. */
    public val remaining: Long get() = header.remaining().toLong() + left

    /** Takes [frame] and returns the bytes it takes on the wire. Throws [IllegalStateException] while one is under way. */
    public fun begin(frame: WsFrame): Long {
        check(remaining == 0L) { "a frame must be written before the next begins but $remaining bytes of it are left" }
        frame.payload.withArray { array, offset, size ->
            payload = array
            from = offset
            left = size
        }
        putHeader(frame.kind)
        return remaining
    }

    private fun putHeader(kind: WsFrameKind) {
        val maskBit = if (keys == null) 0 else MASK_BIT
        header.clear()
        header.put((FINAL_BIT or opcodeOf(kind)).toByte())
        when {
            left < LENGTH_IN_SHORT -> header.put((maskBit or left).toByte())
            left <= MAX_SHORT -> header.put((maskBit or LENGTH_IN_SHORT).toByte()).putShort(left.toShort())
            else -> header.put((maskBit or LENGTH_IN_LONG).toByte()).putLong(left.toLong())
        }
        if (keys != null) {
            key = keys.next()
            header.putInt(key)
        }
        header.flip()
    }

    /** Puts as much of the frame under way into [target] as fits; true when all of it has been put. */
    public fun write(target: ByteBuffer): Boolean {
        writeHeader(target)
        val count = minOf(left, target.remaining())
        if (count > 0) writePayload(target, count)
        return remaining == 0L
    }

    private fun writeHeader(target: ByteBuffer) {
        if (target.remaining() >= header.remaining()) {
            target.put(header)
        } else {
            while (target.hasRemaining()) target.put(header.get())
        }
    }

    private fun writePayload(
        target: ByteBuffer,
        count: Int,
    ) {
        if (keys == null) {
            target.put(payload, from, count)
        } else {
            copyMasked(payload, from, target, target.position(), count, key)
            target.position(target.position() + count)
            key = turned(key, count)
        }
        from += count
        left -= count
        // A large message must not be kept alive by a link that has nothing else to say.
        if (left == 0) payload = NOTHING
    }

    private fun opcodeOf(kind: WsFrameKind): Int =
        when (kind) {
            WsFrameKind.TEXT -> WsOpcode.TEXT
            WsFrameKind.BINARY -> WsOpcode.BINARY
            WsFrameKind.PING -> WsOpcode.PING
            WsFrameKind.PONG -> WsOpcode.PONG
            WsFrameKind.CLOSE -> WsOpcode.CLOSE
        }

    private companion object {
        val NOTHING = ByteArray(0)
        const val MAX_HEADER_BYTES = 14
        const val FINAL_BIT = 0x80
        const val MASK_BIT = 0x80
        const val LENGTH_IN_SHORT = 126
        const val LENGTH_IN_LONG = 127
        const val MAX_SHORT = 0xFFFF
    }
}
