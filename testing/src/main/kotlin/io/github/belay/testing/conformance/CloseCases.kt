@file:Suppress("MagicNumber") // The numbers are the examples that the titles speak of.

package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame

internal fun closeCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.CLOSE, "RFC 6455 section 7.4") {
        allowedCodes()
        codesNotAllowed()
        closePayloads()
        afterClose()
    }

private fun CaseList.allowedCodes() {
    val codes = listOf(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
    for (code in codes) {
        // 1012 to 1014 are in the registry of section 11.7 and not in the text.
        case("close code $code is handed on and may be answered", isOpen = code in 1012..1014) {
            send(close(code, "bye".toByteArray()))
            expect(WsFrame.close(code, "bye"))
        }
    }
}

private fun CaseList.codesNotAllowed() {
    for (code in listOf(0, 999)) notAllowed(code, "means nothing", "RFC 6455 section 7.4.2", isOpen = false)
    for (code in listOf(1005, 1006, 1015)) {
        notAllowed(code, "never stands on the wire", "RFC 6455 section 7.4.1", isOpen = false)
    }
    for (code in listOf(1004, 1016, 1100, 2000, 2999)) {
        notAllowed(code, "has no meaning yet", "RFC 6455 section 7.4.2", isOpen = true)
    }
    for (code in listOf(5000, 65_535)) notAllowed(code, "is in no range", "RFC 6455 section 7.4.2", isOpen = true)
}

private fun CaseList.notAllowed(
    code: Int,
    why: String,
    section: String,
    isOpen: Boolean,
) {
    case("close code $code $why", section, isOpen = isOpen) {
        send(close(code))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
}

private fun CaseList.closePayloads() {
    case("a Close frame may be empty", "RFC 6455 section 5.5.1") {
        send(ServerFrame(WsOpcode.CLOSE))
        expect(WsFrame.Close(WsCloseFrame.EMPTY))
    }
    case("a Close frame of one byte has no code", "RFC 6455 section 5.5.1") {
        send(ServerFrame(WsOpcode.CLOSE, byteArrayOf(3)))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("a close reason may have 123 bytes", "RFC 6455 section 5.5") {
        send(close(CloseCode.NORMAL, letters(123)))
        expect(WsFrame.close(CloseCode.NORMAL, letters(123).decodeToString()))
    }
    case("a close reason must not have 124 bytes", "RFC 6455 section 5.5") {
        send(close(CloseCode.NORMAL, letters(124)))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("a close reason must be UTF-8", "RFC 6455 section 8.1") {
        send(close(CloseCode.NORMAL, byteArrayOf(0x61, 0xC3.toByte(), 0x28)))
        expectViolation(CloseCode.INVALID_PAYLOAD)
    }
    case("a close reason must not end inside a code point", "RFC 6455 section 8.1") {
        send(close(CloseCode.NORMAL, byteArrayOf(0x61, 0xE2.toByte(), 0x82.toByte())))
        expectViolation(CloseCode.INVALID_PAYLOAD)
    }
}

private fun CaseList.afterClose() {
    val followers = listOf("a message" to text("late"), "a ping" to ping("late"), "a second Close frame" to close(1001))
    for ((name, frame) in followers) {
        case("$name behind a Close frame is not handed on", "RFC 6455 section 1.4") {
            send(close(CloseCode.NORMAL), frame)
            expect(WsFrame.close(CloseCode.NORMAL))
        }
    }
}
