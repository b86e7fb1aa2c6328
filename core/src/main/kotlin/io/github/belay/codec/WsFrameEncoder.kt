package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import java.nio.ByteBuffer

/**
 * Frames of one link in, bytes out (RFC 6455 section 5.2), every message as one frame and every length in its shortest
 * form. No I/O, no threads.
 *
 * [begin] takes a frame, and [write] puts it into one buffer or into several, as they have room. Between the two
 * nothing is copied or allocated. Not thread-safe: one instance belongs to the writing side of one link. Whoever agreed
 * on compression calls [close] in the end, for that has memory outside the heap.
 *
 * @param keys where mask keys come from, for a client; null for a server, which does not mask (RFC 6455 section 5.1)
 * @param deflate what was agreed on for compressed messages (RFC 7692); null for nothing
 */
public class WsFrameEncoder(
    private val keys: WsMaskKeys?,
    deflate: WsDeflateParameters?,
) : AutoCloseable {
    /** An encoder for a link without compression. */
    public constructor(keys: WsMaskKeys?) : this(keys, deflate = null)

    private val deflater =
        deflate?.let { MessageDeflater(it, if (keys == null) WsSide.SERVER else WsSide.CLIENT) }
    private val minDeflatedBytes = deflate?.minBytes ?: Int.MAX_VALUE

    /** The header of the frame under way, once it had to be cut; else empty. */
    private val cutHeader: ByteBuffer = ByteBuffer.allocate(MAX_HEADER_BYTES).limit(0)

    /** First byte of a header that has not been put anywhere; 0 once it has. */
    private var firstByte = 0
    private var headerBytes = 0

    /** What is left of the payload under way, and the key turned to fit. */
    private var payload = NOTHING
    private var from = 0
    private var left = 0
    private var key = 0

    /** Bytes of the frame under way that [write] has not put anywhere yet; 0 between frames. */
    public val remaining: Long
        get() = (if (firstByte == 0) cutHeader.remaining() else headerBytes).toLong() + left

    /** Takes [frame]; returns its bytes on the wire. Throws [IllegalStateException] while another is under way. */
    public fun begin(frame: WsFrame): Long {
        check(remaining == 0L) { "a frame must be written before the next begins but $remaining bytes are left" }
        firstByte = FINAL_BIT or opcodeOf(frame.kind)
        take(frame.payload)
        if (deflater != null && left >= minDeflatedBytes && !frame.kind.isControl) deflate(deflater, frame.payload)
        headerBytes = headerBytesFor(left)
        if (keys != null) key = keys.next()
        return remaining
    }

    private fun take(bytes: WsBytes) =
        bytes.withArray { array, offset, size ->
            payload = array
            from = offset
            left = size
        }

    /** RFC 7692 section 6.1: RSV1 says that the message is compressed. */
    private fun deflate(
        deflater: MessageDeflater,
        bytes: WsBytes,
    ) {
        val compressed = deflater.deflate(bytes)
        firstByte = firstByte or (RSV1 shl RESERVED_SHIFT)
        payload = compressed.array()
        from = compressed.arrayOffset() + compressed.position()
        left = compressed.remaining()
    }

    private fun headerBytesFor(size: Int): Int {
        val lengthBytes =
            if (size <
                LENGTH_IN_SHORT
            ) {
                0
            } else if (size <= MAX_SHORT) {
                Short.SIZE_BYTES
            } else {
                Long.SIZE_BYTES
            }
        return MIN_HEADER_BYTES + lengthBytes + if (keys == null) 0 else Int.SIZE_BYTES
    }

    /** Puts as much of the frame under way into [target] as fits; true when all of it has been put. */
    public fun write(target: ByteBuffer): Boolean {
        if (firstByte != 0 && target.remaining() >= headerBytes) putHeader(target) else putCutHeader(target)
        val count = minOf(left, target.remaining())
        if (count > 0) putPayload(target, count)
        return remaining == 0L
    }

    private fun putHeader(target: ByteBuffer) {
        val maskBit = if (keys == null) 0 else MASK_BIT
        val at = target.position()
        target.put(at, firstByte.toByte())
        when {
            left < LENGTH_IN_SHORT -> {
                target.put(at + 1, (maskBit or left).toByte())
            }

            left <= MAX_SHORT -> {
                target.put(at + 1, (maskBit or LENGTH_IN_SHORT).toByte())
                putNumber(target, at + MIN_HEADER_BYTES, left.toLong(), Short.SIZE_BYTES)
            }

            else -> {
                target.put(at + 1, (maskBit or LENGTH_IN_LONG).toByte())
                putNumber(target, at + MIN_HEADER_BYTES, left.toLong(), Long.SIZE_BYTES)
            }
        }
        if (keys != null) putNumber(target, at + headerBytes - Int.SIZE_BYTES, key.toLong(), Int.SIZE_BYTES)
        target.position(at + headerBytes)
        firstByte = 0
    }

    /** Network byte order, whatever the order of the buffer is. */
    private fun putNumber(
        target: ByteBuffer,
        at: Int,
        number: Long,
        size: Int,
    ) {
        for (index in 0 until size) {
            target.put(at + index, (number ushr (size - 1 - index) * Byte.SIZE_BITS).toByte())
        }
    }

    /** The last bytes of a buffer are rarely as many as a header needs, but they are used. */
    private fun putCutHeader(target: ByteBuffer) {
        if (firstByte != 0) {
            putHeader(cutHeader.clear())
            cutHeader.flip()
        }
        while (cutHeader.hasRemaining() && target.hasRemaining()) target.put(cutHeader.get())
    }

    private fun putPayload(
        target: ByteBuffer,
        count: Int,
    ) {
        val at = target.position()
        if (keys == null) {
            target.put(at, payload, from, count)
        } else {
            copyMasked(payload, from, target, at, count, key)
            key = turned(key, count)
        }
        target.position(at + count)
        from += count
        left -= count
        // A large message must not be kept alive by a link that has nothing else to say.
        if (left == 0) payload = NOTHING
    }

    /** Lets go of all memory. Nothing may be begun afterwards. Idempotent. */
    override fun close() {
        deflater?.close()
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
        const val MIN_HEADER_BYTES = 2
        const val MAX_HEADER_BYTES = 14
        const val FINAL_BIT = 0x80
        const val RESERVED_SHIFT = 4
        const val MASK_BIT = 0x80
        const val LENGTH_IN_SHORT = 126
        const val LENGTH_IN_LONG = 127
        const val MAX_SHORT = 0xFFFF
    }
}
