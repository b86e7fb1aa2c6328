package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.frame.fail
import io.github.belay.frame.isAscii
import java.lang.invoke.MethodHandles
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * Bytes of one link in, whole messages out (RFC 6455 section 5). No I/O, no threads, no time.
 *
 * Bytes come in pieces cut anywhere. What is all there is shown where it lies, with neither copy nor allocation; only
 * a message that is cut by the end of a piece, or by its sender, is joined. The memory for that follows what has
 * arrived and never exceeds the limits, whatever a header announces. Rules about messages, limits and text are those of
 * [WsMessageAssembler].
 *
 * Not thread-safe: one instance belongs to the reading side of one link. After a violation it is spent. Whoever agreed
 * on compression calls [close] in the end, for that has memory outside the heap.
 *
 * @param deflate what was agreed on for compressed messages (RFC 7692); null for nothing
 */
public class WsFrameDecoder(
    maxFrameBytes: Int,
    maxMessageBytes: Int,
    /** Whose decoder this is. A server's unmasks in place, so it must be given buffers that can be written to. */
    private val side: WsSide,
    deflate: WsDeflateParameters?,
) : AutoCloseable {
    /** A client's decoder for a link without compression. */
    public constructor(maxFrameBytes: Int, maxMessageBytes: Int) :
        this(maxFrameBytes, maxMessageBytes, WsSide.CLIENT, deflate = null)

    private val assembler =
        WsMessageAssembler(
            maxFrameBytes,
            maxMessageBytes,
            deflate?.let { MessageInflater(it.noContextTakeover(side.peer)) },
        )
    private val view = WsFrameView()

    /** The beginning of a header whose rest has not arrived; its position says how much there is. */
    private val begun: ByteBuffer = ByteBuffer.allocate(MAX_HEADER_BYTES)

    /** Payload bytes of the frame under way that have not arrived; [NO_FRAME] between frames. */
    private var missing = NO_FRAME

    /** Key of the frame under way, turned so that it fits the next byte; server only. */
    private var mask = 0
    private var isSpent = false

    /** Whether the last plain message was text; the next ones probably are, too. */
    private var speaksText = false

    /** A plain message has at most 125 bytes and no mask. */
    private val showsPlain = side == WsSide.CLIENT && maxMessageBytes >= WsFrame.MAX_CONTROL_BYTES

    /**
     * Takes all of [bytes], from position to limit, and shows [sink] what they complete. Nothing of [bytes] is needed
     * once this returns. What follows a Close frame is taken and dropped (RFC 6455 section 1.4).
     *
     * Throws [WsProtocolException] at the first broken rule, after everything before it was shown; and
     * [IllegalStateException] when called again after that or after [close].
     */
    @Throws(WsProtocolException::class)
    public fun decode(
        bytes: ByteBuffer,
        sink: WsFrameSink,
    ) {
        check(!isSpent) { "the decoder must not be fed after a violation or its close" }
        try {
            if (speaksText && bytes.isDirect) decodeOnHeap(bytes, sink) else decodePiece(bytes, sink)
        } catch (violation: WsProtocolException) {
            close()
            throw violation
        } finally {
            view.takeBack()
        }
        bytes.position(bytes.limit())
    }

    private fun decodeOnHeap(
        bytes: ByteBuffer,
        sink: WsFrameSink,
    ) {
        val text = TextPiece.ofThread()
        val copy = text.take(bytes) ?: return decodePiece(bytes, sink)
        try {
            decodePiece(copy, sink)
        } finally {
            text.giveBack()
        }
    }

    private fun decodePiece(
        bytes: ByteBuffer,
        sink: WsFrameSink,
    ) {
        do {
            if (showsPlain && missing == NO_FRAME && begun.position() == 0) {
                if (speaksText && bytes.hasArray()) showPlainTexts(bytes, sink)
                showPlain(bytes, sink)
            }
        } while (!assembler.isClosed && readHeader(bytes) && readPayload(bytes, sink))
    }

    /** Lets go of all memory. Nothing may be fed afterwards. Idempotent. */
    override fun close() {
        isSpent = true
        assembler.release()
    }

    /**
     * Shows what nearly every frame of a busy server is, as long as one follows the other: a short whole message, all
     * there, and nothing but ASCII if it is text. Whatever differs in anything is left for the rules below. Earns two
     * thirds of the time that a frame of 100 bytes takes without it.
     */
    private fun showPlain(
        bytes: ByteBuffer,
        sink: WsFrameSink,
    ) {
        if (assembler.isClosed || !assembler.isBetweenMessages) return
        val end = bytes.limit()
        var at = bytes.position()
        while (end - at >= MIN_HEADER_BYTES) {
            val size = bytes.get(at + 1).toInt()
            val payload = at + MIN_HEADER_BYTES
            // The mask bit makes the number negative.
            if (size < 0 || size >= LENGTH_IN_SHORT || end - payload < size) break
            val first = bytes.get(at).toInt()
            when (first) {
                PLAIN_BINARY -> view.show(WsFrameKind.BINARY, bytes, payload, size)
                PLAIN_TEXT if isAscii(bytes, payload, size) -> view.show(WsFrameKind.TEXT, bytes, payload, size)
                else -> break
            }
            at = payload + size
            sink.onFrame(view)
            speaksText = first == PLAIN_TEXT
        }
        bytes.position(at)
    }

    /** [showPlain] for as long as there is nothing but text, in an array. [TextPiece] has the figure. */
    private fun showPlainTexts(
        bytes: ByteBuffer,
        sink: WsFrameSink,
    ) {
        if (assembler.isClosed || !assembler.isBetweenMessages) return
        val array = bytes.array()
        val base = bytes.arrayOffset()
        val end = base + bytes.limit()
        var at = base + bytes.position()
        while (end - at >= MIN_HEADER_BYTES) {
            val size = array[at + 1].toInt()
            val payload = at + MIN_HEADER_BYTES
            if (array[at].toInt() != PLAIN_TEXT || size !in 0 until LENGTH_IN_SHORT) break
            if (end - payload < size || !isAscii(array, payload, size)) break
            view.show(WsFrameKind.TEXT, bytes, payload - base, size)
            at = payload + size
            sink.onFrame(view)
        }
        bytes.position(at - base)
    }

    /** True when the header of the frame under way is known. */
    private fun readHeader(bytes: ByteBuffer): Boolean {
        if (missing != NO_FRAME) return true
        if (begun.position() > 0) return resumeHeader(bytes)
        val taken = parseHeader(bytes, bytes.position(), bytes.remaining())
        if (taken == 0) begun.put(bytes) else bytes.position(bytes.position() + taken)
        return taken > 0
    }

    private fun resumeHeader(bytes: ByteBuffer): Boolean {
        while (bytes.hasRemaining()) {
            begun.put(bytes.get())
            if (parseHeader(begun, 0, begun.position()) > 0) {
                begun.clear()
                return true
            }
        }
        return false
    }

    /** Bytes of the header at [at]; 0 if not all are among the [available]. RFC 6455 section 5.2 has the picture. */
    private fun parseHeader(
        bytes: ByteBuffer,
        at: Int,
        available: Int,
    ): Int {
        if (available < MIN_HEADER_BYTES) return 0
        val first = bytes.get(at).toInt()
        val second = bytes.get(at + 1).toInt()
        val lengthField = second and LENGTH_BITS
        val lengthBytes = if (lengthField < LENGTH_IN_SHORT) 0 else wideLengthBytes(lengthField)
        val isMasked = second < 0
        val size = MIN_HEADER_BYTES + lengthBytes + if (isMasked) MASK_BYTES else 0
        if (available < size) return 0
        checkMasking(isMasked)
        val length =
            if (lengthBytes ==
                0
            ) {
                lengthField.toLong()
            } else {
                wideLength(bytes, at + MIN_HEADER_BYTES, lengthBytes)
            }
        assembler.begin(first and OPCODE_BITS, isFinal = first < 0, first shr RESERVED_SHIFT and RESERVED_BITS, length)
        if (isMasked) mask = INTS.get(bytes, at + size - MASK_BYTES) as Int
        missing = length
        return size
    }

    private fun wideLengthBytes(lengthField: Int): Int =
        if (lengthField == LENGTH_IN_SHORT) Short.SIZE_BYTES else Long.SIZE_BYTES

    private fun shortAt(
        bytes: ByteBuffer,
        at: Int,
    ): Long = (SHORTS.get(bytes, at) as Short).toLong() and SHORT_MASK

    private fun wideLength(
        bytes: ByteBuffer,
        at: Int,
        size: Int,
    ): Long {
        val isShort = size == Short.SIZE_BYTES
        val length = if (isShort) shortAt(bytes, at) else LONGS.get(bytes, at) as Long
        // RFC 6455 section 5.2: the highest bit is 0, and the shortest form is the only one.
        if (length < 0) fail(CloseCode.PROTOCOL_ERROR, "a payload length must have 63 bits")
        if (length < if (isShort) LENGTH_IN_SHORT.toLong() else SHORT_MASK + 1) {
            fail(CloseCode.PROTOCOL_ERROR, "a length must have its shortest form but $length took $size bytes")
        }
        return length
    }

    /** RFC 6455 section 5.1. */
    private fun checkMasking(isMasked: Boolean) {
        if (isMasked == (side == WsSide.SERVER)) return
        val rule = if (isMasked) "a server must not mask its frames" else "a client must mask its frames"
        fail(CloseCode.PROTOCOL_ERROR, rule)
    }

    /** True when the frame under way has ended. */
    private fun readPayload(
        bytes: ByteBuffer,
        sink: WsFrameSink,
    ): Boolean {
        val here = minOf(missing, bytes.remaining().toLong()).toInt()
        if (here < missing && here == 0) return false
        val at = bytes.position()
        val isEnd = here.toLong() == missing
        if (side == WsSide.SERVER) unmask(bytes, at, here)
        bytes.position(at + here)
        missing = if (isEnd) NO_FRAME else missing - here
        view.show(WsFrameKind.BINARY, bytes, at, here)
        if (assembler.add(view, isEnd)) sink.onFrame(view)
        return isEnd
    }

    private fun unmask(
        bytes: ByteBuffer,
        at: Int,
        size: Int,
    ) {
        mask(bytes, at, size, mask)
        mask = turned(mask, size)
    }

    private companion object {
        const val NO_FRAME = -1L
        const val MIN_HEADER_BYTES = 2
        const val MASK_BYTES = 4
        const val MAX_HEADER_BYTES = 14

        // RFC 6455 section 5.2.
        const val OPCODE_BITS = 0x0F
        const val RESERVED_SHIFT = 4
        const val RESERVED_BITS = 0x07
        const val LENGTH_BITS = 0x7F

        /** FIN and the opcode, as a signed byte. */
        const val PLAIN_TEXT = -0x7F
        const val PLAIN_BINARY = -0x7E
        const val LENGTH_IN_SHORT = 126
        const val SHORT_MASK = 0xFFFFL

        // Network byte order, whatever the order of the buffer is.
        val SHORTS = MethodHandles.byteBufferViewVarHandle(ShortArray::class.java, ByteOrder.BIG_ENDIAN)
        val INTS = MethodHandles.byteBufferViewVarHandle(IntArray::class.java, ByteOrder.BIG_ENDIAN)
        val LONGS = MethodHandles.byteBufferViewVarHandle(LongArray::class.java, ByteOrder.BIG_ENDIAN)
    }
}
