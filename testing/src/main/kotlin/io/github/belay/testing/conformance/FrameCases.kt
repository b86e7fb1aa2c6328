@file:Suppress("MagicNumber") // The numbers are the examples that the titles speak of.

package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.CloseCode

/** [size] bytes of ASCII that differ from their neighbours. */
internal fun letters(size: Int) = ByteArray(size) { ('a' + it % 26).code.toByte() }

/** [size] bytes of every value, not UTF-8. */
internal fun anyBytes(size: Int) = ByteArray(size) { (it * 7 + 0x80).toByte() }

/** Sends [text] as one message and waits for it to come back: what follows is not the first thing on the link. */
private fun ScriptBuilder.greet(text: String = "hello") {
    send(text(text))
    expectText(text)
    awaitEchoes()
}

internal fun framingCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.FRAMING, "RFC 6455 section 5.2") {
        for (size in listOf(0, 1, 125, 126, 127, 65_535, 65_536)) {
            case("text of $size bytes comes whole and goes back in the shortest form") {
                send(text(letters(size)))
                expectText(letters(size))
            }
        }
        for (size in listOf(0, 1, 125, 126, 127, 65_535, 65_536)) {
            case("binary of $size bytes comes whole and goes back in the shortest form") {
                send(binary(anyBytes(size)))
                expectBinary(anyBytes(size))
            }
        }
        case("a header of 4 bytes may come byte by byte") {
            sendInPieces(1, text(letters(300)))
            expectText(letters(300))
        }
        case("a header of 10 bytes may come in pieces of 3") {
            val frame = binary(anyBytes(70_000)).toByteArray()
            for (start in 0 until 12 step 3) sendRaw(frame.copyOfRange(start, start + 3))
            sendRaw(frame.copyOfRange(12, frame.size))
            expectBinary(anyBytes(70_000))
        }
    }

internal fun pingPongCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.PING_PONG, "RFC 6455 section 5.5.2") {
        case("an empty ping is handed on, and its owner answers it") {
            send(ping())
            expectPing()
        }
        case("a ping is handed on with its payload") {
            send(ping("are you there?"))
            expectPing("are you there?")
        }
        case("the payload of a ping need not be UTF-8") {
            send(ping(anyBytes(8)))
            expectPing(anyBytes(8))
        }
        case("a ping may have 125 bytes", "RFC 6455 section 5.5") {
            send(ping(letters(125)))
            expectPing(letters(125))
        }
        case("a ping must not have 126 bytes", "RFC 6455 section 5.5") {
            greet()
            send(ping(letters(126)))
            expectViolation(CloseCode.PROTOCOL_ERROR)
        }
        case("a ping of 125 bytes may come byte by byte", "RFC 6455 section 5.5") {
            sendInPieces(1, ping(letters(125)))
            expectPing(letters(125))
        }
        case("a pong that nobody asked for is no mistake", "RFC 6455 section 5.5.3") {
            send(pong())
            expectPong()
        }
        case("a pong that nobody asked for is handed on with its payload", "RFC 6455 section 5.5.3") {
            send(pong("unasked"))
            expectPong("unasked")
        }
        case("a pong, a ping and a message keep their order", "RFC 6455 section 5.5.3") {
            send(pong("first"), ping("second"), text("third"))
            expectPong("first")
            expectPing("second")
            expectText("third")
        }
        case("ten pings in one write are ten pings in order") {
            send(*Array(10) { ping("ping $it") })
            repeat(10) { expectPing("ping $it") }
        }
        case("ten pings byte by byte are ten pings in order") {
            sendInPieces(1, *Array(10) { ping("ping $it") })
            repeat(10) { expectPing("ping $it") }
        }
    }

internal fun reservedBitCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.RESERVED_BITS, "RFC 6455 section 5.2") {
        case("RSV1 on text needs an extension") {
            greet()
            broken(ServerFrame(WsOpcode.TEXT, letters(5), reservedBits = 4))
        }
        case("RSV2 on binary needs an extension, be it in the first frame of the link") {
            broken(ServerFrame(WsOpcode.BINARY, letters(5), reservedBits = 2))
        }
        case("RSV3 on a continuation needs an extension") {
            greet()
            send(text("be", isFinal = false))
            broken(ServerFrame(WsOpcode.CONTINUATION, letters(5), reservedBits = 1))
        }
        case("RSV1, RSV2 and RSV3 on a ping need an extension") {
            greet()
            broken(ServerFrame(WsOpcode.PING, reservedBits = 7))
        }
        case("RSV1 on a Close frame needs an extension") {
            greet()
            broken(ServerFrame(WsOpcode.CLOSE, byteArrayOf(3, 0xE8.toByte()), reservedBits = 4))
        }
        case("a server does not mask a message", "RFC 6455 section 5.1") {
            greet()
            broken(ServerFrame(WsOpcode.TEXT, letters(5), maskKey = byteArrayOf(1, 2, 3, 4)))
        }
        case("a server does not mask a ping, not even with a key of zeros", "RFC 6455 section 5.1") {
            greet()
            broken(ServerFrame(WsOpcode.PING, letters(5), maskKey = ByteArray(4)))
        }
    }

private fun ScriptBuilder.broken(frame: ServerFrame) {
    send(frame)
    expectViolation(CloseCode.PROTOCOL_ERROR)
}

internal fun opcodeCases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.OPCODES, "RFC 6455 section 5.2") {
        for (opcode in listOf(3, 11)) {
            case("opcode $opcode is reserved, in the first frame of the link too") { broken(ServerFrame(opcode)) }
        }
        for (opcode in listOf(4, 12)) {
            case("opcode $opcode is reserved, with a payload too") {
                greet()
                broken(ServerFrame(opcode, letters(20)))
            }
        }
        for (opcode in listOf(5, 13)) {
            case("opcode $opcode is reserved, byte by byte too") {
                greet()
                sendInPieces(1, ServerFrame(opcode, letters(20)))
                expectViolation(CloseCode.PROTOCOL_ERROR)
            }
        }
        for (opcode in listOf(6, 14)) {
            case("opcode $opcode is reserved, right behind a ping too") {
                send(ping("before"), ServerFrame(opcode))
                expectPing("before")
                expectViolation(CloseCode.PROTOCOL_ERROR)
            }
        }
        for (opcode in listOf(7, 15)) {
            case("opcode $opcode is reserved, between two fragments too") {
                greet()
                send(text("be", isFinal = false))
                broken(ServerFrame(opcode))
            }
        }
    }
