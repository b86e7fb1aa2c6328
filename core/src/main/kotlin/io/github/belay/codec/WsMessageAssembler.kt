package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.Utf8Validator
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.frame.fail

/**
 * Makes whole, checked messages of the raw frames of one link, for a transport whose library neither joins nor checks
 * them. [WsFrameDecoder] does the same from bytes.
 *
 * Every frame is fed once, in the order of its arrival, as a view that shows its payload. A frame that completes
 * something leaves the view showing that: a message of one frame and a control frame without a copy, a message of
 * several frames as the bytes joined here, which stay as they are until the next feed. Bytes in an unfinished message
 * never exceed [maxMessageBytes]; the memory for them follows what has arrived, not what a header announces.
 *
 * A broken rule is thrown as [WsProtocolException] with the close code that fails the connection, as early as the
 * frames allow. After that, every feed throws [IllegalStateException]. Whatever follows a Close frame is discarded (RFC
 * 6455 section 1.4). Not checked here, because a raw frame no longer shows it: masking and the encoding of lengths.
 *
 * Not thread-safe: one instance belongs to the reading side of one link.
 *
 * Throws [IllegalArgumentException] unless [maxFrameBytes] is at least 125 and [maxMessageBytes] at least 1.
 */
public class WsMessageAssembler internal constructor(
    /** Payload limit of one frame, in bytes. A larger one is violation 1009. */
    public val maxFrameBytes: Int,
    /** Payload limit of one message, all fragments together, in bytes. A larger one is violation 1009. */
    public val maxMessageBytes: Int,
    /** Decompresses what the peer compressed; null when nothing was agreed on. */
    private val inflater: MessageInflater?,
) {
    /** An assembler for a link without extensions. */
    public constructor(maxFrameBytes: Int, maxMessageBytes: Int) : this(maxFrameBytes, maxMessageBytes, inflater = null)

    /** Reserved bits that may stand on the first frame of a message. */
    private val allowedBits = if (inflater == null) 0 else RSV1
    private val fragments = FragmentBuffer(maxMessageBytes)

    /** Pieces of a control frame, which may come between the fragments of a message. */
    private val control = FragmentBuffer(WsFrame.MAX_CONTROL_BYTES)

    /** Kind of the message under way; null between messages. */
    private var message: WsFrameKind? = null
    private var fragmentCount = 0

    /** Payload bytes of its fragments, as they stand on the wire. */
    private var wireBytes = 0L
    private var isCompressed = false

    /** What the header of the frame under way said. */
    private var frameKind = WsFrameKind.BINARY
    private var isFinalFrame = false

    /** Stands between two code points whenever no text message is under way. */
    private val utf8 = Utf8Validator()
    private var failed = false

    /** True once a Close frame has come in. */
    internal var isClosed = false
        private set

    /** True while no message is under way. */
    internal val isBetweenMessages: Boolean get() = message == null

    init {
        require(maxFrameBytes >= WsFrame.MAX_CONTROL_BYTES) {
            "maxFrameBytes must be >= ${WsFrame.MAX_CONTROL_BYTES} but was $maxFrameBytes"
        }
        require(maxMessageBytes >= 1) { "maxMessageBytes must be >= 1 but was $maxMessageBytes" }
    }

    /**
     * Takes one frame as it stood on the wire: [opcode] is one of [WsOpcode] or reserved, [reservedBits] are RSV1, RSV2
     * and RSV3 as a number of 0 to 7 with RSV1 the highest, [frame] shows the payload unmasked, under whatever kind.
     *
     * True if the frame completed a message or is a control frame: [frame] then shows that. Otherwise what it shows
     * means nothing.
     */
    @Throws(WsProtocolException::class)
    public fun feed(
        opcode: Int,
        isFinal: Boolean,
        reservedBits: Int,
        frame: WsFrameView,
    ): Boolean {
        check(!failed) { "the assembler must not be fed after a violation" }
        if (isClosed) return false
        try {
            begin(opcode, isFinal, reservedBits, frame.size.toLong())
            return add(frame, isEnd = true)
        } catch (violation: WsProtocolException) {
            release()
            throw violation
        }
    }

    /**
     * [feed] for a library that shows every fragment under the kind of its message and opcode 0 never: [frame] says the
     * kind, and inside a fragmented message a data frame of the same kind is taken for its continuation.
     */
    @Throws(WsProtocolException::class)
    public fun feedRelabelled(
        isFinal: Boolean,
        reservedBits: Int,
        frame: WsFrameView,
    ): Boolean {
        val opcode =
            when (frame.kind) {
                message -> WsOpcode.CONTINUATION
                WsFrameKind.TEXT -> WsOpcode.TEXT
                WsFrameKind.BINARY -> WsOpcode.BINARY
                WsFrameKind.PING -> WsOpcode.PING
                WsFrameKind.PONG -> WsOpcode.PONG
                WsFrameKind.CLOSE -> WsOpcode.CLOSE
            }
        return feed(opcode, isFinal, reservedBits, frame)
    }

    /**
     * Takes the header of a frame, whose payload follows in one or more calls of [add]. RFC 6455 section 5.2: six
     * opcodes have a meaning, and any other fails the connection.
     */
    internal fun begin(
        opcode: Int,
        isFinal: Boolean,
        reservedBits: Int,
        payloadBytes: Long,
    ) {
        checkFrameHeader(opcode, isFinal, reservedBits, allowedBits, payloadBytes, maxFrameBytes)
        isFinalFrame = isFinal
        when (opcode) {
            WsOpcode.TEXT -> beginMessage(WsFrameKind.TEXT, payloadBytes, reservedBits)
            WsOpcode.BINARY -> beginMessage(WsFrameKind.BINARY, payloadBytes, reservedBits)
            WsOpcode.CONTINUATION -> resumeMessage(payloadBytes)
            WsOpcode.PING -> frameKind = WsFrameKind.PING
            WsOpcode.PONG -> frameKind = WsFrameKind.PONG
            WsOpcode.CLOSE -> frameKind = WsFrameKind.CLOSE
            else -> fail(CloseCode.PROTOCOL_ERROR, "opcode $opcode is reserved")
        }
    }

    private fun beginMessage(
        kind: WsFrameKind,
        payloadBytes: Long,
        reservedBits: Int,
    ) {
        // RFC 6455 section 5.4: the fragments of two messages are never mixed.
        if (message != null) fail(CloseCode.PROTOCOL_ERROR, "a message must not begin inside a fragmented one")
        isCompressed = reservedBits != 0
        wireBytes = 0
        addWireBytes(payloadBytes)
        message = kind
        frameKind = kind
        fragmentCount = 1
    }

    private fun resumeMessage(payloadBytes: Long) {
        // RFC 6455 section 5.4: a continuation continues something.
        frameKind =
            message ?: fail(CloseCode.PROTOCOL_ERROR, "a continuation must follow the first fragment of a message")
        // Empty fragments are legal and weigh nothing, so no size limit stops a message that never ends. It is not too
        // big (1009) and breaks no rule of the protocol (1002): what is left is 1008, a policy of ours.
        if (++fragmentCount > MAX_FRAGMENTS) {
            fail(CloseCode.POLICY_VIOLATION, "a message must have at most $MAX_FRAGMENTS fragments")
        }
        addWireBytes(payloadBytes)
    }

    /**
     * How long a compressed message is shows only when it is decompressed. Its bytes are limited all the same, for some
     * compressed bytes decompress to nothing; no compressor makes much more of a message than it was.
     */
    private fun addWireBytes(count: Long) {
        wireBytes += count
        if (isCompressed) {
            checkBytes(CloseCode.MESSAGE_TOO_BIG, "compressed message", wireBytes, 2L * maxMessageBytes + SPARE_BYTES)
        } else {
            checkBytes(CloseCode.MESSAGE_TOO_BIG, "message", wireBytes, maxMessageBytes.toLong())
        }
    }

    /**
     * Takes the next bytes of the frame under way, the last of them when [isEnd]. True if that completed a message or a
     * control frame: [piece] then shows it.
     */
    internal fun add(
        piece: WsFrameView,
        isEnd: Boolean,
    ): Boolean {
        if (frameKind.isControl) return addToControl(piece, isEnd)
        val completes = isEnd && isFinalFrame
        if (completes) message = null
        if (isCompressed) return inflate(piece, completes)
        if (frameKind == WsFrameKind.TEXT) checkUtf8(piece.continuesUtf8(utf8), completes)
        return addTo(fragments, piece, completes)
    }

    /** RFC 7692 section 6.2: the rules for text and the limit hold for what comes out. */
    private fun inflate(
        piece: WsFrameView,
        completes: Boolean,
    ): Boolean {
        val inflater = checkNotNull(inflater) { "a compressed message must have been agreed on" }
        val known = fragments.size
        piece.withBuffer { buffer, offset, size ->
            inflater.inflate(buffer.duplicate().limit(offset + size).position(offset), fragments)
        }
        if (completes) inflater.finish(fragments)
        if (frameKind == WsFrameKind.TEXT) checkUtf8(fragments.continuesUtf8(utf8, known), completes)
        if (completes) fragments.lendTo(piece, frameKind)
        return completes
    }

    private fun addToControl(
        piece: WsFrameView,
        isEnd: Boolean,
    ): Boolean {
        if (!addTo(control, piece, isEnd)) return false
        if (frameKind == WsFrameKind.CLOSE) {
            // RFC 6455 sections 5.5.1, 7.4 and 8.1: length, code and reason.
            WsCloseFrame.parse(piece.toBytes())
            isClosed = true
            fragments.release()
        }
        return true
    }

    /** What is all there at once is shown where it lies. */
    private fun addTo(
        joined: FragmentBuffer,
        piece: WsFrameView,
        completes: Boolean,
    ): Boolean {
        if (completes && joined.size == 0) {
            piece.relabel(frameKind)
        } else {
            joined.append(piece)
            if (completes) joined.lendTo(piece, frameKind)
        }
        return completes
    }

    /** RFC 6455 sections 5.6 and 8.1: a text message is UTF-8 as a whole; a piece of it may end inside a code point. */
    private fun checkUtf8(
        continues: Boolean,
        completes: Boolean,
    ) {
        if (!continues || (completes && !utf8.isComplete)) {
            fail(CloseCode.INVALID_PAYLOAD, "a text message must be UTF-8 but is not")
        }
    }

    /** Lets go of the memory of what is unfinished. Nothing may be fed afterwards. */
    internal fun release() {
        failed = true
        fragments.release()
        control.release()
        inflater?.close()
    }

    /** Limits. */
    public companion object {
        /**
         * Fragments of one message, the first and the last among them; one more is violation 1008. Enough for 4 MiB in
         * pieces of 64 bytes.
         */
        public const val MAX_FRAGMENTS: Int = 65_536

        /** What compressing a short message may add. */
        private const val SPARE_BYTES = 1024
    }
}
