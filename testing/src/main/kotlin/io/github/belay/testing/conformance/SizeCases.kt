@file:Suppress("MagicNumber") // The numbers are the examples that the titles speak of.

package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.CloseCode
import io.github.belay.transport.WsBuffers

private const val KIB = 1024
private const val MIB = 1024 * KIB

internal fun sizeCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.SIZES, "RFC 6455 section 5.2") {
        largeMessages()
        manyFragments()
        manyWrites()
        manyMessages()
        messageLimits()
        frameLimits()
        lengthForms()
    }

private fun ScriptBuilder.expectMessage(
    isText: Boolean,
    payload: ByteArray,
) {
    if (isText) expectText(payload) else expectBinary(payload)
}

private fun payloadOf(
    isText: Boolean,
    size: Int,
) = if (isText) letters(size) else anyBytes(size)

private fun opcodeOf(isText: Boolean) = if (isText) WsOpcode.TEXT else WsOpcode.BINARY

private fun nameOf(isText: Boolean) = if (isText) "text" else "binary"

private fun shown(bytes: Int) = if (bytes >= MIB) "${bytes / MIB} MiB" else "${bytes / KIB} KiB"

private fun CaseList.largeMessages() {
    for (isText in listOf(true, false)) {
        for (size in listOf(64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB)) {
            case("${nameOf(isText)} of ${shown(size)} in one frame comes whole and goes back") {
                buffers = WsBuffers(maxFrameBytes = 16 * MIB, maxMessageBytes = 16 * MIB)
                send(ServerFrame(opcodeOf(isText), payloadOf(isText, size)))
                expectMessage(isText, payloadOf(isText, size))
            }
        }
    }
}

private fun CaseList.manyFragments() {
    for (isText in listOf(true, false)) {
        for (frameBytes in listOf(64, 256, KIB, 4 * KIB, 64 * KIB, 256 * KIB)) {
            case("${nameOf(isText)} of 1 MiB in frames of $frameBytes bytes is one message", "RFC 6455 section 5.4") {
                val payload = payloadOf(isText, MIB)
                send(*fragments(opcodeOf(isText), payload, frameBytes).toTypedArray())
                expectMessage(isText, payload)
            }
        }
    }
}

private fun CaseList.manyWrites() {
    for (isText in listOf(true, false)) {
        for (pieceBytes in listOf(64, 128, 256, 512, KIB, 2 * KIB)) {
            case("${nameOf(isText)} of 128 KiB in writes of $pieceBytes bytes comes whole") {
                val payload = payloadOf(isText, 128 * KIB)
                sendInPieces(pieceBytes, ServerFrame(opcodeOf(isText), payload))
                expectMessage(isText, payload)
            }
        }
    }
}

private fun CaseList.manyMessages() {
    for ((isText, size) in listOf(true to 0, false to 16, true to 125, false to KIB, true to 4 * KIB)) {
        case("200 messages of $size bytes of ${nameOf(isText)} come and go one after the other", "RFC 6455 section 6") {
            repeat(200) {
                send(ServerFrame(opcodeOf(isText), payloadOf(isText, size)))
                expectMessage(isText, payloadOf(isText, size))
                awaitEchoes()
            }
        }
    }
    case("1000 messages of growing size in one write keep their order", "RFC 6455 section 6") {
        send(*Array(1000) { binary(anyBytes(it)) })
        repeat(1000) { expectBinary(anyBytes(it)) }
    }
}

private const val MESSAGE_LIMIT = 1000
private const val FRAME_LIMIT = 500

private fun CaseList.messageLimits() {
    val section = "RFC 6455 section 10.4"
    case("a message at the limit arrives", section) {
        buffers = WsBuffers(maxMessageBytes = MESSAGE_LIMIT)
        send(text(letters(MESSAGE_LIMIT)))
        expectText(letters(MESSAGE_LIMIT))
    }
    case("a message one byte above the limit is too big", section) {
        buffers = WsBuffers(maxMessageBytes = MESSAGE_LIMIT)
        send(text(letters(MESSAGE_LIMIT + 1)))
        expectViolation(CloseCode.MESSAGE_TOO_BIG)
    }
    case("fragments that are together at the limit arrive", section) {
        buffers = WsBuffers(maxMessageBytes = MESSAGE_LIMIT)
        send(*fragments(WsOpcode.BINARY, anyBytes(MESSAGE_LIMIT), frameBytes = 300).toTypedArray())
        expectBinary(anyBytes(MESSAGE_LIMIT))
    }
    case("fragments that are together one byte above the limit are too big", section) {
        buffers = WsBuffers(maxMessageBytes = MESSAGE_LIMIT)
        send(*fragments(WsOpcode.BINARY, anyBytes(MESSAGE_LIMIT + 1), frameBytes = 300).toTypedArray())
        expectViolation(CloseCode.MESSAGE_TOO_BIG)
    }
    case("the limit counts bytes, not characters", section) {
        buffers = WsBuffers(maxMessageBytes = MESSAGE_LIMIT)
        send(text("\u00E9".repeat(MESSAGE_LIMIT / 2 + 1)))
        expectViolation(CloseCode.MESSAGE_TOO_BIG)
    }
}

private fun CaseList.frameLimits() {
    val section = "RFC 6455 section 10.4"
    case("a frame at its own limit arrives", section) {
        buffers = WsBuffers(maxFrameBytes = FRAME_LIMIT)
        send(binary(anyBytes(FRAME_LIMIT)))
        expectBinary(anyBytes(FRAME_LIMIT))
    }
    case("a frame one byte above its own limit is too big", section) {
        buffers = WsBuffers(maxFrameBytes = FRAME_LIMIT)
        send(binary(anyBytes(FRAME_LIMIT + 1)))
        expectViolation(CloseCode.MESSAGE_TOO_BIG)
    }
    case("a header that announces 2^62 bytes is too big before any of them is there", section) {
        sendRaw(ServerFrame.announcing(WsOpcode.BINARY, 1L shl 62))
        expectViolation(CloseCode.MESSAGE_TOO_BIG)
    }
}

private fun CaseList.lengthForms() {
    case("the top bit of a 64-bit length is 0, in front of a small length too") {
        sendRaw(ServerFrame.announcing(WsOpcode.TEXT, Long.MIN_VALUE + 5) + letters(5))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("a 64-bit length of ones is no length") {
        sendRaw(ServerFrame.announcing(WsOpcode.TEXT, -1) + letters(5))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("125 bytes have a length of 7 bits") {
        send(ServerFrame(WsOpcode.TEXT, letters(125), lengthForm = LengthForm.TWO_BYTES))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("65535 bytes have a length of 16 bits") {
        send(ServerFrame(WsOpcode.BINARY, anyBytes(65_535), lengthForm = LengthForm.EIGHT_BYTES))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
}
