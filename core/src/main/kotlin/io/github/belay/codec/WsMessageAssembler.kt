package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.Utf8Validator
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.frame.fail

/**
 * Makes whole, checked messages of the raw frames of one link, for a transport whose library neither joins nor checks
 * them.
 *
 * Every frame is fed once, in the order of its arrival. A frame that completes something points the given view at it:
 * a message of one frame and a control frame without a copy, a message of several frames at the bytes joined here,
 * which stay as they are until the next feed. Bytes in an unfinished message never exceed [maxMessageBytes]; the memory
 * for them follows what has arrived, not what a header announces.
 *
 * A broken rule is thrown as [WsProtocolException] with the close code that fails the connection, as early as the
 * frames allow. After that, every feed throws [IllegalStateException]. Whatever follows a Close frame is discarded (RFC
 * 6455 section 1.4). Not checked here, because a raw frame no longer shows it: masking and the encoding of lengths.
 *
 * Not thread-safe: one instance belongs to the reading side of one link.
 *
 * Throws [IllegalArgumentException] unless [maxFrameBytes] is at least 125 and [maxMessageBytes] at least 1.
 */
public class WsMessageAssembler(
    /** Payload limit of one frame, in bytes. A larger one is violation 1009. */
    public val maxFrameBytes: Int,
    /** Payload limit of one message, all fragments together, in bytes. A larger one is violation 1009. */
    public val maxMessageBytes: Int,
) {
    private val fragments = FragmentBuffer(maxMessageBytes)

    /** Kind of the message whose fragments are being joined; null between messages. */
    private var joining: WsFrameKind? = null
    private var fragmentCount = 0

    /** Stands between two code points whenever no text message is being joined. */
    private val utf8 = Utf8Validator()
    private var failed = false
    private var closed = false

    init {
        require(maxFrameBytes >= WsFrame.MAX_CONTROL_BYTES) {
            "maxFrameBytes must be >= ${WsFrame.MAX_CONTROL_BYTES} but was $maxFrameBytes"
        }
        require(maxMessageBytes >= 1) { "maxMessageBytes must be >= 1 but was $maxMessageBytes" }
    }

    /**
     * Takes one frame as it stood on the wire: [opcode] is one of [WsOpcode] or reserved, [reservedBits] are RSV1, RSV2
     * and RSV3 as a number of 0 to 7 with RSV1 the highest, [payload] is unmasked and given away.
     *
     * True if the frame completed a message or is a control frame: [view] then shows it. Otherwise [view] is untouched.
     */
    public fun feed(
        opcode: Int,
        isFinal: Boolean,
        reservedBits: Int,
        payload: WsBytes,
        view: WsFrameView,
    ): Boolean {
        check(!failed) { "the assembler must not be fed after a violation" }
        if (closed) return false
        try {
            checkFrameHeader(opcode, isFinal, reservedBits, payload.size, maxFrameBytes)
            return accept(opcode, isFinal, payload, view)
        } catch (violation: WsProtocolException) {
            failed = true
            fragments.release()
            throw violation
        }
    }

    /**
     * [feed] for a library that shows every fragment under the [kind] of its message and opcode 0 never: inside a
     * fragmented message, a data frame of the same kind is taken for its continuation.
     */
    public fun feedRelabelled(
        kind: WsFrameKind,
        isFinal: Boolean,
        reservedBits: Int,
        payload: WsBytes,
        view: WsFrameView,
    ): Boolean {
        val opcode =
            when (kind) {
                joining -> WsOpcode.CONTINUATION
                WsFrameKind.TEXT -> WsOpcode.TEXT
                WsFrameKind.BINARY -> WsOpcode.BINARY
                WsFrameKind.PING -> WsOpcode.PING
                WsFrameKind.PONG -> WsOpcode.PONG
                WsFrameKind.CLOSE -> WsOpcode.CLOSE
            }
        return feed(opcode, isFinal, reservedBits, payload, view)
    }

    /** RFC 6455 section 5.2: six opcodes have a meaning, and any other fails the connection. */
    private fun accept(
        opcode: Int,
        isFinal: Boolean,
        payload: WsBytes,
        view: WsFrameView,
    ): Boolean =
        when (opcode) {
            WsOpcode.TEXT -> begin(WsFrameKind.TEXT, isFinal, payload, view)
            WsOpcode.BINARY -> begin(WsFrameKind.BINARY, isFinal, payload, view)
            WsOpcode.CONTINUATION -> resume(isFinal, payload, view)
            WsOpcode.PING -> show(WsFrameKind.PING, payload, view)
            WsOpcode.PONG -> show(WsFrameKind.PONG, payload, view)
            WsOpcode.CLOSE -> close(payload, view)
            else -> fail(CloseCode.PROTOCOL_ERROR, "opcode $opcode is reserved")
        }

    private fun begin(
        kind: WsFrameKind,
        isFinal: Boolean,
        payload: WsBytes,
        view: WsFrameView,
    ): Boolean {
        // RFC 6455 section 5.4: the fragments of two messages are never mixed.
        if (joining != null) fail(CloseCode.PROTOCOL_ERROR, "a message must not begin inside a fragmented one")
        if (isFinal) {
            checkMessageBytes(payload.size.toLong())
            checkUtf8(kind, isFinal = true, payload)
            return show(kind, payload, view)
        }
        joining = kind
        fragmentCount = 0
        return join(kind, isFinal = false, payload, view)
    }

    private fun resume(
        isFinal: Boolean,
        payload: WsBytes,
        view: WsFrameView,
    ): Boolean {
        // RFC 6455 section 5.4: a continuation continues something.
        val kind =
            joining ?: fail(CloseCode.PROTOCOL_ERROR, "a continuation must follow the first fragment of a message")
        return join(kind, isFinal, payload, view)
    }

    private fun join(
        kind: WsFrameKind,
        isFinal: Boolean,
        payload: WsBytes,
        view: WsFrameView,
    ): Boolean {
        // Empty fragments are legal and weigh nothing, so no size limit stops a message that never ends. It is not too
        // big (1009) and breaks no rule of the protocol (1002): what is left is 1008, a policy of ours.
        if (++fragmentCount > MAX_FRAGMENTS) {
            fail(CloseCode.POLICY_VIOLATION, "a message must have at most $MAX_FRAGMENTS fragments")
        }
        checkMessageBytes(fragments.size.toLong() + payload.size)
        checkUtf8(kind, isFinal, payload)
        fragments.append(payload)
        if (!isFinal) return false
        joining = null
        fragments.lendTo(view, kind)
        return true
    }

    private fun close(
        payload: WsBytes,
        view: WsFrameView,
    ): Boolean {
        // RFC 6455 sections 5.5.1, 7.4 and 8.1: length, code and reason.
        WsCloseFrame.parse(payload)
        closed = true
        fragments.release()
        return show(WsFrameKind.CLOSE, payload, view)
    }

    private fun show(
        kind: WsFrameKind,
        payload: WsBytes,
        view: WsFrameView,
    ): Boolean {
        view.give(kind, payload)
        return true
    }

    private fun checkMessageBytes(bytes: Long) {
        checkBytes(CloseCode.MESSAGE_TOO_BIG, "message", bytes, maxMessageBytes)
    }

    /** RFC 6455 sections 5.6 and 8.1: a text message is UTF-8 as a whole; a fragment may end inside a code point. */
    private fun checkUtf8(
        kind: WsFrameKind,
        isFinal: Boolean,
        payload: WsBytes,
    ) {
        if (kind != WsFrameKind.TEXT) return
        if (!payload.continuesUtf8(utf8) || (isFinal && !utf8.isComplete)) {
            fail(CloseCode.INVALID_PAYLOAD, "a text message must be UTF-8 but is not")
        }
    }

    /** Limits. */
    public companion object {
        /**
         * Fragments of one message, the first and the last among them; one more is violation 1008. Enough for 4 MiB in
         * pieces of 64 bytes.
         */
        public const val MAX_FRAGMENTS: Int = 65_536
    }
}
