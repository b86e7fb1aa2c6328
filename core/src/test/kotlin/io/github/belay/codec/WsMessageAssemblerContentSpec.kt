package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

class WsMessageAssemblerContentSpec :
    FunSpec({
        context("UTF-8") {
            val euro = "€".toByteArray()

            test("text that is not UTF-8 is violation 1007 (RFC 6455 section 8.1)") {
                val violation = assembler().violationOf(RawFrame(WsOpcode.TEXT, true, byteArrayOf(0xC3.toByte(), 0x28)))
                violation.closeCode shouldBe CloseCode.INVALID_PAYLOAD
            }

            test("binary may hold anything, whole or in fragments") {
                val notUtf8 = byteArrayOf(0xFF.toByte())
                val frames = listOf(binary(notUtf8), binary(notUtf8, false), continuation(notUtf8, true))
                assembler().feedAll(frames).map { it.kind } shouldContainExactly List(2) { WsFrameKind.BINARY }
            }

            test("a fragment may end inside a code point (RFC 6455 section 5.6)") {
                val frames =
                    listOf(
                        RawFrame(WsOpcode.TEXT, false, euro.copyOfRange(0, 1)),
                        continuation(euro.copyOfRange(1, 2), false),
                        RawFrame(WsOpcode.PING, true, byteArrayOf(0xFF.toByte())),
                        continuation(euro.copyOfRange(2, 3), true),
                    )
                assembler().feedAll(frames).last() shouldBe WsFrame.text("€")
            }

            test("a message must not end inside a code point, whole or in fragments (RFC 6455 section 8.1)") {
                assembler().violationOf(RawFrame(WsOpcode.TEXT, true, euro.copyOf(2))).closeCode shouldBe 1007
                val assembler = assembler()
                assembler.feed(text("a", false))
                assembler.violationOf(continuation(euro.copyOf(2), true)).closeCode shouldBe 1007
            }

            test("the fragment that makes the text hopeless is the one refused, not the last") {
                val assembler = assembler()
                assembler.feed(RawFrame(WsOpcode.TEXT, false, euro.copyOf(1)))
                assembler.violationOf(continuation("(", false)).closeCode shouldBe 1007
            }

            test("a size violation is told before the bytes are looked at") {
                val tooLong = RawFrame(WsOpcode.TEXT, true, ByteArray(11) { 0xFF.toByte() })
                assembler(maxMessageBytes = 10).violationOf(tooLong).closeCode shouldBe 1009
            }
        }

        context("Close") {
            fun close(vararg payload: Int) =
                RawFrame(WsOpcode.CLOSE, true, ByteArray(payload.size) { payload[it].toByte() })

            test("code and reason arrive, and so does a Close without either (RFC 6455 section 5.5.1)") {
                assembler().feed(close(0x0F, 0xA1, 'b'.code)) shouldBe WsFrame.close(4001, "b")
                assembler().feed(close())?.payload shouldBe WsBytes.EMPTY
            }

            test("a Close of one byte is violation 1002 (RFC 6455 section 5.5.1)") {
                assembler().violationOf(close(3)).closeCode shouldBe 1002
            }

            test("a Close with a code that must not be sent is violation 1002 (RFC 6455 section 7.4.1)") {
                for (code in listOf(0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535)) {
                    withClue(code) { assembler().violationOf(close(code shr 8, code and 0xFF)).closeCode shouldBe 1002 }
                }
            }

            test("a Close whose reason is not UTF-8 is violation 1007 (RFC 6455 section 8.1)") {
                assembler().violationOf(close(0x03, 0xE8, 0xFF)).closeCode shouldBe 1007
            }

            test("what follows a Close is discarded, whatever it is (RFC 6455 section 1.4)") {
                val assembler = assembler()
                assembler.feed(text("never ended", false))
                assembler.feed(close()) shouldBe WsFrame.Close(WsCloseFrame.EMPTY)
                assembler
                    .feedAll(
                        listOf(text("late"), continuation("x", true), RawFrame(0xF, false), close()),
                    ).shouldBeEmpty()
            }
        }
    })
