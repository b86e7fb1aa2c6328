package io.github.belay.testing.wire

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsLinkEnd
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** A peer that breaks RFC 6455, found by the codec's rules or by Ktor itself. */
abstract class ViolationScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        for (case in violations) {
            test("${case.name} is a violation ${case.code}, after the frames before it") {
                val answer = CompletableFuture<RawFrame>()
                RawServer {
                    accept()
                    send(textFrame("before"))
                    case.bytes.forEach(::send)
                    answer.complete(readFrame())
                    drain()
                }.use { server ->
                    subject.newTransport().use { transport ->
                        val link = transport.open(server.request(buffers = SMALL))
                        val violation = link.awaitViolation()
                        violation.closeCode shouldBe case.code
                        link.frames shouldBe listOf(WsFrame.text("before"))

                        val session = link.awaitOpen()
                        session.write(WsFrame.close(violation.closeCode))
                        val flushed = session.flushed().await()
                        // Of what the library finds itself it has told the peer already.
                        if (subject.answersViolations &&
                            case.isFoundByKtor
                        ) {
                            flushed.shouldNotBeNull()
                        } else {
                            flushed shouldBe null
                        }
                        val close = answer.get(RawServer.PATIENCE_SECONDS, TimeUnit.SECONDS)
                        close.opcode shouldBe 8
                        close.payload.take(2) shouldBe listOf((case.code shr 8).toByte(), case.code.toByte())

                        session.abort()
                        link.awaitClosed() shouldBe WsLinkEnd.Aborted
                        link.assertContractKept()
                    }
                    ClientSockets.awaitNoneTo(server.port)
                }
            }
        }

        test(
            "a frame right behind the answer that announces more than memory has is refused before memory is asked for",
        ) {
            RawServer {
                readRequest()
                send(granted().toByteArray() + frame(opcode = 2, announcedSize = Int.MAX_VALUE.toLong()))
                drain()
            }.use { server ->
                subject.newTransport().use { transport ->
                    repeat(30) {
                        val link = transport.open(server.request(buffers = SMALL))
                        link.awaitViolation().closeCode shouldBe CloseCode.MESSAGE_TOO_BIG
                        link.frames shouldBe emptyList()
                        link.awaitOpen().abort()
                    }
                }
            }
        }
    })

private class Violation(
    val name: String,
    val code: Int,
    vararg val bytes: ByteArray,
    val isFoundByKtor: Boolean = false,
)

private val SMALL = WsBuffers(maxFrameBytes = 1000, maxMessageBytes = 2000)

private val violations =
    listOf(
        Violation("a reserved bit", 1002, frame(opcode = 1, reservedBits = 4)),
        Violation("a reserved bit in a fragment", 1002, frame(1, isFinal = false), frame(0, reservedBits = 1)),
        Violation("text that is not UTF-8", 1007, frame(1, byteArrayOf(-1))),
        Violation("text cut inside a code point", 1007, frame(1, byteArrayOf(0xC3.toByte()))),
        Violation(
            "fragments that are not UTF-8 together",
            1007,
            frame(1, byteArrayOf(0xC3.toByte()), isFinal = false),
            frame(0, byteArrayOf(65)),
        ),
        Violation("a Close frame of one byte", 1002, frame(8, byteArrayOf(3))),
        Violation("a close code that must not be sent", 1002, closeFrame(1005)),
        Violation("a close reason that is not UTF-8", 1007, frame(8, byteArrayOf(3, -24, -1))),
        Violation(
            "a message above the limit in small frames",
            1009,
            frame(2, ByteArray(900), isFinal = false),
            frame(0, ByteArray(900), isFinal = false),
            frame(0, ByteArray(900)),
        ),
        Violation("a frame above the limit", 1009, frame(2, ByteArray(1001)), isFoundByKtor = true),
        Violation(
            "a frame that announces more than memory has",
            1009,
            frame(2, announcedSize = 1L shl 62),
            isFoundByKtor = true,
        ),
        Violation("a reserved opcode", 1002, frame(opcode = 3), isFoundByKtor = true),
        Violation("a reserved control opcode", 1002, frame(opcode = 0xB), isFoundByKtor = true),
        Violation("a ping of 126 bytes", 1002, frame(9, ByteArray(126)), isFoundByKtor = true),
        Violation("a fragmented ping", 1002, frame(9, isFinal = false), isFoundByKtor = true),
        Violation("a continuation of nothing", 1002, frame(0), isFoundByKtor = true),
        Violation("a message inside a fragmented one", 1002, frame(1, isFinal = false), frame(1), isFoundByKtor = true),
    )
