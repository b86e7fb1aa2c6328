package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.fail

private const val FIRST_CONTROL_OPCODE = 0x8

/**
 * What can be told of one frame from its header alone, before a byte of its payload is kept. Parameters as in
 * [WsMessageAssembler.feed]; [payloadBytes] is the length that the header announces.
 */
internal fun checkFrameHeader(
    opcode: Int,
    isFinal: Boolean,
    reservedBits: Int,
    payloadBytes: Int,
    maxFrameBytes: Int,
) {
    // RFC 6455 section 5.2: reserved bits are 0 unless an extension gives them a meaning, and none is offered.
    if (reservedBits != 0) fail(CloseCode.PROTOCOL_ERROR, "reserved bits must be 0 but were $reservedBits")
    // RFC 6455 section 5.5: control frames are whole and short.
    if (opcode >= FIRST_CONTROL_OPCODE) {
        if (!isFinal) fail(CloseCode.PROTOCOL_ERROR, "a control frame must not be fragmented (opcode $opcode)")
        checkBytes(CloseCode.PROTOCOL_ERROR, "control payload", payloadBytes.toLong(), WsFrame.MAX_CONTROL_BYTES)
    }
    // RFC 6455 section 10.4: an implementation limits the size of a frame and of a message.
    checkBytes(CloseCode.MESSAGE_TOO_BIG, "frame payload", payloadBytes.toLong(), maxFrameBytes)
}

/** Fails with [closeCode] if [bytes] of [what] are more than [limit]. */
internal fun checkBytes(
    closeCode: Int,
    what: String,
    bytes: Long,
    limit: Int,
) {
    if (bytes > limit) fail(closeCode, "$what must take at most $limit bytes but takes $bytes")
}
