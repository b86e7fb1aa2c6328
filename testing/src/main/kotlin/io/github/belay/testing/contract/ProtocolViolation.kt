package io.github.belay.testing.contract

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes

/**
 * Ways for a server to break RFC 6455 after a successful handshake: the bytes that do it, and the close code with which a
 * client fails the connection (sections 5.2, 5.4, 5.5 and 8.1).
 */
@Suppress("MagicNumber") // Bytes of the wire, each line being one case with its meaning.
public enum class ProtocolViolation(
    /** What the client reports. */
    public val closeCode: Int,
    vararg bytes: Int,
) {
    /** A text message with a byte that no UTF-8 has. */
    TEXT_NOT_UTF8(CloseCode.INVALID_PAYLOAD, 0x81, 2, 0xC3, 0x28),

    /** A text message that ends inside a code point. */
    TEXT_CUT_INSIDE_CODE_POINT(CloseCode.INVALID_PAYLOAD, 0x81, 2, 0x61, 0xC3),

    /** A text message with an encoded surrogate. */
    TEXT_WITH_SURROGATE(CloseCode.INVALID_PAYLOAD, 0x81, 3, 0xED, 0xA0, 0x80),

    /** A Close payload that is too short for a code. */
    CLOSE_OF_ONE_BYTE(CloseCode.PROTOCOL_ERROR, 0x88, 1, 3),

    /** A Close with code 1005, which must not be sent. */
    CLOSE_CODE_NOT_ALLOWED(CloseCode.PROTOCOL_ERROR, 0x88, 2, 0x03, 0xED),

    /** A Close whose reason is not UTF-8. */
    CLOSE_REASON_NOT_UTF8(CloseCode.INVALID_PAYLOAD, 0x88, 4, 0x03, 0xE8, 0xC3, 0x28),

    /** Opcode 3. */
    RESERVED_DATA_OPCODE(CloseCode.PROTOCOL_ERROR, 0x83, 0),

    /** Opcode 11. */
    RESERVED_CONTROL_OPCODE(CloseCode.PROTOCOL_ERROR, 0x8B, 0),

    /** RSV1 on a text message without an extension that gives it a meaning. */
    RESERVED_BIT_ON_TEXT(CloseCode.PROTOCOL_ERROR, 0xC1, 1, 0x61),

    /** RSV3 on a ping. */
    RESERVED_BIT_ON_PING(CloseCode.PROTOCOL_ERROR, 0x99, 0),

    /** A frame from a server with a mask. */
    MASKED_FRAME(CloseCode.PROTOCOL_ERROR, 0x81, 0x81, 0, 0, 0, 0, 0x61),

    /** A ping that says it is not final. */
    FRAGMENTED_PING(CloseCode.PROTOCOL_ERROR, 0x09, 0),

    /** A ping with the length form for 126 bytes and more. */
    LONG_PING(CloseCode.PROTOCOL_ERROR, 0x89, 126, 0, 126, *IntArray(126)),

    /** A continuation with nothing to continue. */
    CONTINUATION_OF_NOTHING(CloseCode.PROTOCOL_ERROR, 0x80, 1, 0x61),

    /** A new message before the last fragment of another. */
    MESSAGE_INSIDE_FRAGMENTS(CloseCode.PROTOCOL_ERROR, 0x01, 1, 0x61, 0x81, 1, 0x62),

    /** 5 bytes with the length form for 126 bytes and more. */
    LENGTH_NOT_MINIMAL(CloseCode.PROTOCOL_ERROR, 0x82, 126, 0, 5, 1, 2, 3, 4, 5),

    /** A header that announces 2^40 bytes. Whoever allocates first and checks later is found out. */
    HUGE_LENGTH(CloseCode.MESSAGE_TOO_BIG, 0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0),
    ;

    /** The whole violation as it stands on the wire. */
    public val bytes: WsBytes = WsBytes.wrap(ByteArray(bytes.size) { bytes[it].toByte() })
}
