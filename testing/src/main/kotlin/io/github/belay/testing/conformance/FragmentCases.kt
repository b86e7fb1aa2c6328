@file:Suppress("MagicNumber") // The numbers are the examples that the titles speak of.

package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame

internal fun fragmentationCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.FRAGMENTATION, "RFC 6455 section 5.4") {
        fragmentedControls()
        joinedMessages()
        emptyFragments()
        brokenSequences()
        case("a Close frame may come between two fragments, and the message is dropped") {
            send(text("never ", isFinal = false), close(CloseCode.GOING_AWAY), continuation("whole", isFinal = true))
            expect(WsFrame.close(CloseCode.GOING_AWAY))
        }
    }

private fun CaseList.fragmentedControls() {
    for ((name, opcode) in listOf("ping" to WsOpcode.PING, "pong" to WsOpcode.PONG, "Close" to WsOpcode.CLOSE)) {
        case("a $name must not be fragmented", "RFC 6455 section 5.5") {
            send(text("before"))
            expectText("before")
            awaitEchoes()
            send(ServerFrame(opcode, isFinal = false), continuation("", isFinal = true))
            expectViolation(CloseCode.PROTOCOL_ERROR)
        }
    }
}

private fun CaseList.joinedMessages() {
    case("text in two fragments is one message") {
        send(text("one ", isFinal = false), continuation("message", isFinal = true))
        expectText("one message")
    }
    case("text in two fragments may come byte by byte") {
        sendInPieces(1, text("one ", isFinal = false), continuation("message", isFinal = true))
        expectText("one message")
    }
    case("a ping between two fragments is handed on before the message") {
        send(text("one ", isFinal = false), ping("between"), continuation("message", isFinal = true))
        expectPing("between")
        expectText("one message")
    }
    case("a ping between two fragments may come byte by byte") {
        sendInPieces(1, text("one ", isFinal = false), ping("between"), continuation("message", isFinal = true))
        expectPing("between")
        expectText("one message")
    }
    case("binary in five fragments is one message, and so is the next") {
        repeat(2) {
            send(*fragments(WsOpcode.BINARY, anyBytes(50), frameBytes = 10).toTypedArray())
            expectBinary(anyBytes(50))
        }
    }
    case("pings and pongs may come between all fragments") {
        send(text("a", isFinal = false), ping("1"), pong("2"), continuation("b", isFinal = false), ping("3"))
        send(pong("4"), continuation("c", isFinal = true))
        expectPing("1")
        expectPong("2")
        expectPing("3")
        expectPong("4")
        expectText("abc")
    }
}

private fun CaseList.emptyFragments() {
    val positions =
        listOf(
            "first" to listOf("", "a", "b"),
            "middle" to listOf("a", "", "b"),
            "last" to listOf("a", "b", ""),
        )
    for ((position, parts) in positions) {
        case("the $position fragment may be empty") {
            send(text(parts[0], isFinal = false), continuation(parts[1], isFinal = false))
            send(continuation(parts[2], isFinal = true))
            expectText("ab")
        }
    }
    case("a message of empty fragments is an empty message") {
        send(binary(ByteArray(0), isFinal = false), continuation("", isFinal = false), continuation("", isFinal = true))
        expectBinary(ByteArray(0))
    }
}

private fun CaseList.brokenSequences() {
    case("a continuation continues something") {
        send(continuation("nothing", isFinal = true))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("a continuation continues something, although more is to come") {
        send(continuation("nothing", isFinal = false), continuation("more", isFinal = true))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("a continuation does not continue a message that is whole") {
        send(text("whole"))
        expectText("whole")
        awaitEchoes()
        send(continuation("more", isFinal = true))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("text must not begin inside another text") {
        send(text("one", isFinal = false), text("two"))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("binary must not begin inside text") {
        send(text("one", isFinal = false), binary(letters(3)))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
    case("a fragmented text must not begin inside binary") {
        send(binary(letters(3), isFinal = false), text("two", isFinal = false), continuation("", isFinal = true))
        expectViolation(CloseCode.PROTOCOL_ERROR)
    }
}

internal fun cutCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.CUT_ON_THE_WAY, "RFC 6455 section 5.4") {
        case("a message of 65536 bytes that was cut into frames of 1300 is whole") {
            send(*fragments(WsOpcode.TEXT, letters(65_536), frameBytes = 1300).toTypedArray())
            expectText(letters(65_536))
        }
    }
