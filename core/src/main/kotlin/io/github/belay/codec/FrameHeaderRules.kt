package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.fail

private const val FIRST_CONTROL_OPCODE = 0x8

/** RSV1 among the three reserved bits read as a number of 0 to 7; a compressed message has it (RFC 7692 section 6). */
internal const val RSV1: Int = 4

/**
 * What can be told of one frame from its header alone, before a byte of its payload is kept. Parameters as in
 * [WsMessageAssembler.feed]; [payloadBytes] is the length that the header announces, [allowedBits] are the reserved
 * bits that an extension gives a meaning.
 */
internal fun checkFrameHeader(
    opcode: Int,
    isFinal: Boolean,
    reservedBits: Int,
    allowedBits: Int,
    payloadBytes: Long,
    maxFrameBytes: Int,
) {
    if (reservedBits != 0) checkReservedBits(opcode, reservedBits, allowedBits)
    // RFC 6455 section 5.5: control frames are whole and short.
    if (opcode >= FIRST_CONTROL_OPCODE) {
        if (!isFinal) fail(CloseCode.PROTOCOL_ERROR, "a control frame must not be fragmented (opcode $opcode)")
        checkBytes(CloseCode.PROTOCOL_ERROR, "control payload", payloadBytes, WsFrame.MAX_CONTROL_BYTES.toLong())
    }
    // RFC 6455 section 10.4: an implementation limits the size of a frame and of a message.
    checkBytes(CloseCode.MESSAGE_TOO_BIG, "frame payload", payloadBytes, maxFrameBytes.toLong())
}

/**
 * RFC 6455 section 5.2: reserved bits are 0 unless an extension gives them a meaning. RFC 7692 section 6.1: RSV1 stands
 * on the first frame of a message and on no other.
 */
private fun checkReservedBits(
    opcode: Int,
    reservedBits: Int,
    allowedBits: Int,
) {
    val allowed = if (opcode == WsOpcode.TEXT || opcode == WsOpcode.BINARY) allowedBits else 0
    if (reservedBits and allowed.inv() != 0) {
        fail(CloseCode.PROTOCOL_ERROR, "reserved bits must be 0 but were $reservedBits")
    }
}

/** Fails with [closeCode] if [bytes] of [what] are more than [limit]. */
internal fun checkBytes(
    closeCode: Int,
    what: String,
    bytes: Long,
    limit: Long,
) {
    if (bytes > limit) fail(closeCode, "$what must take at most $limit bytes but takes $bytes")
}
