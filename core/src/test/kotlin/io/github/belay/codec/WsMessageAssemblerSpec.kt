package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

class WsMessageAssemblerSpec :
    FunSpec({
        context("messages") {
            test("a message of one frame is handed on without a copy, text, binary and control frames alike") {
                for (opcode in listOf(WsOpcode.TEXT, WsOpcode.BINARY, WsOpcode.PING, WsOpcode.PONG)) {
                    val payload = WsBytes.wrap("payload".toByteArray())
                    val view = WsFrameView().give(WsFrameKind.BINARY, payload)
                    assembler().feed(opcode, isFinal = true, reservedBits = 0, view) shouldBe true
                    view.toBytes() shouldBeSameInstanceAs payload
                }
            }

            test("fragments are joined in order, empty ones too (RFC 6455 sections 5.4 and 6.2)") {
                val frames =
                    listOf(
                        text("", false),
                        continuation("Hel", false),
                        continuation("", false),
                        continuation("lo", true),
                    )
                assembler().feedAll(frames) shouldContainExactly listOf(WsFrame.text("Hello"))
                val bytes = listOf(binary(byteArrayOf(1), false), continuation(byteArrayOf(2), true))
                assembler().feedAll(bytes) shouldContainExactly listOf(WsFrame.binary(byteArrayOf(1, 2)))
            }

            test("empty messages are messages") {
                val frames = listOf(text(""), binary(ByteArray(0), false), continuation("", true))
                assembler().feedAll(frames) shouldContainExactly listOf(WsFrame.text(""), WsFrame.binary(ByteArray(0)))
            }

            test("control frames come out between the fragments, at once (RFC 6455 section 5.4)") {
                val assembler = assembler()
                assembler.feed(text("a", false)).shouldBeNull()
                assembler.feed(RawFrame(WsOpcode.PING, true, byteArrayOf(1))) shouldBe
                    WsFrame.ping(WsBytes.wrap(byteArrayOf(1)))
                assembler.feed(continuation("b", false)).shouldBeNull()
                assembler.feed(RawFrame(WsOpcode.PONG, true)) shouldBe WsFrame.pong()
                assembler.feed(continuation("c", true)) shouldBe WsFrame.text("abc")
            }
        }

        context("order of frames") {
            test("a continuation without a message is violation 1002 (RFC 6455 section 5.4)") {
                assembler().violationOf(continuation("x", true)).closeCode shouldBe 1002
                assembler().violationOf(continuation("x", false)).closeCode shouldBe 1002
            }

            test("a continuation after the last fragment is violation 1002 (RFC 6455 section 5.4)") {
                val assembler = assembler()
                assembler.feedAll(listOf(text("a", false), continuation("b", true)))
                assembler.violationOf(continuation("c", true)).closeCode shouldBe 1002
            }

            test("a new data frame inside a fragmented message is violation 1002 (RFC 6455 section 5.4)") {
                for (intruder in listOf(
                    text("b"),
                    text("b", false),
                    binary(ByteArray(1)),
                    binary(ByteArray(1), false),
                )) {
                    val assembler = assembler()
                    assembler.feed(text("a", false))
                    withClue(intruder) { assembler.violationOf(intruder).closeCode shouldBe 1002 }
                }
            }
        }

        context("headers") {
            test(
                "a reserved bit without an extension is violation 1002 on every kind of frame (RFC 6455 section 5.2)",
            ) {
                for (bits in 1..7) {
                    for (opcode in 0..15) {
                        val violation = assembler().violationOf(RawFrame(opcode, isFinal = true, reservedBits = bits))
                        violation.closeCode shouldBe 1002
                        violation.message shouldBe "reserved bits must be 0 but were $bits"
                    }
                }
            }

            test("every reserved opcode is violation 1002 (RFC 6455 section 5.2)") {
                for (opcode in (0x3..0x7) + (0xB..0xF)) {
                    val violation = assembler().violationOf(RawFrame(opcode, isFinal = true))
                    violation.closeCode shouldBe 1002
                    violation.message shouldBe "opcode $opcode is reserved"
                }
            }

            test("a fragmented control frame is violation 1002 (RFC 6455 section 5.5)") {
                for (opcode in listOf(WsOpcode.CLOSE, WsOpcode.PING, WsOpcode.PONG)) {
                    assembler().violationOf(RawFrame(opcode, isFinal = false)).closeCode shouldBe 1002
                }
            }

            test("a control frame may carry 125 bytes, one more is violation 1002 (RFC 6455 section 5.5)") {
                for (opcode in listOf(WsOpcode.CLOSE, WsOpcode.PING, WsOpcode.PONG)) {
                    val payload = WsFrame.close(1000, "x".repeat(123)).payload.toByteArray()
                    assembler().feed(RawFrame(opcode, isFinal = true, payload))?.payload?.size shouldBe 125
                    val violation = assembler().violationOf(RawFrame(opcode, isFinal = true, payload + 0x78))
                    violation.closeCode shouldBe 1002
                    violation.message shouldBe "control payload must take at most 125 bytes but takes 126"
                }
            }
        }

        context("after a violation") {
            test("every further feed is refused as a mistake of the transport") {
                val assembler = assembler()
                assembler.violationOf(continuation("x", true))
                repeat(2) { shouldThrow<IllegalStateException> { assembler.feed(text("fine")) } }
            }

            test("no message of a violation repeats a payload") {
                val canary = "canary".toByteArray() + 0xFF.toByte()
                val messages =
                    listOf(
                        assembler().violationOf(RawFrame(WsOpcode.TEXT, true, canary)),
                        assembler().violationOf(
                            RawFrame(WsOpcode.CLOSE, true, byteArrayOf(0x03, 0xE8.toByte()) + canary),
                        ),
                        assembler(maxMessageBytes = 3).violationOf(binary(canary)),
                    ).map { it.message.orEmpty() }
                messages.filter { "canary" in it }.shouldBeEmpty()
            }
        }

        context("a library that relabels continuations") {
            fun WsMessageAssembler.relabelled(
                kind: WsFrameKind,
                isFinal: Boolean,
                payload: String,
            ): WsFrame? {
                val view = WsFrameView().give(kind, WsBytes.wrap(payload.toByteArray()))
                return if (feedRelabelled(isFinal, 0, view)) view.toFrame() else null
            }

            test("a data frame inside a message of its kind continues it") {
                val assembler = assembler()
                assembler.relabelled(WsFrameKind.TEXT, false, "a").shouldBeNull()
                assembler.relabelled(WsFrameKind.PING, true, "p") shouldBe WsFrame.ping(WsBytes.wrap("p".toByteArray()))
                assembler.relabelled(WsFrameKind.TEXT, false, "b").shouldBeNull()
                assembler.relabelled(WsFrameKind.TEXT, true, "c") shouldBe WsFrame.text("abc")
            }

            test("the next one begins a message of its own") {
                val assembler = assembler()
                assembler.relabelled(WsFrameKind.TEXT, false, "a")
                assembler.relabelled(WsFrameKind.TEXT, true, "b")
                assembler.relabelled(WsFrameKind.TEXT, true, "c") shouldBe WsFrame.text("c")
                assembler.relabelled(WsFrameKind.BINARY, true, "d") shouldBe WsFrame.binary("d".toByteArray())
            }

            test("a data frame of the other kind inside a message is violation 1002 (RFC 6455 section 5.4)") {
                val assembler = assembler()
                assembler.relabelled(WsFrameKind.TEXT, false, "a")
                shouldThrow<WsProtocolException> {
                    assembler.relabelled(
                        WsFrameKind.BINARY,
                        true,
                        "b",
                    )
                }.closeCode shouldBe
                    1002
            }

            test("reserved bits, Close and pong pass through the same rules") {
                shouldThrow<WsProtocolException> {
                    val empty = WsFrameView().give(WsFrameKind.TEXT, WsBytes.EMPTY)
                    assembler().feedRelabelled(isFinal = true, reservedBits = 4, empty)
                }.closeCode shouldBe 1002
                shouldThrow<WsProtocolException> {
                    assembler().relabelled(
                        WsFrameKind.CLOSE,
                        true,
                        "x",
                    )
                }.closeCode shouldBe
                    1002
                assembler().relabelled(WsFrameKind.PONG, true, "") shouldBe WsFrame.pong()
            }
        }
    })
