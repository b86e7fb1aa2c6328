package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsProtocolException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.ByteBuffer

private val text = WireFrame(WsOpcode.TEXT, "Hello".toByteArray())

private fun codeOf(vararg frames: WireFrame): Int? = decode(*frames).violation?.closeCode

class WsFrameDecoderSpec :
    FunSpec({
        context("RFC 6455 section 5.7, its own examples") {
            test("a single-frame unmasked text message") {
                decode(text).frames shouldContainExactly listOf(WsFrame.text("Hello"))
                text.bytes() shouldBe byteArrayOf(0x81.toByte(), 5, 0x48, 0x65, 0x6c, 0x6c, 0x6f)
            }

            test("a single-frame masked text message, for a server") {
                val mask = byteArrayOf(0x37, 0xfa.toByte(), 0x21, 0x3d)
                val masked = WireFrame(WsOpcode.TEXT, "Hello".toByteArray(), mask = mask)
                decoder(side = WsSide.SERVER).decodeAll(listOf(masked.bytes())).frames shouldContainExactly
                    listOf(WsFrame.text("Hello"))
            }

            test("a fragmented text message with a ping in between") {
                val first = WireFrame(WsOpcode.TEXT, "Hel".toByteArray(), isFinal = false)
                val rest = WireFrame(WsOpcode.CONTINUATION, "lo".toByteArray())
                val ping = WireFrame(WsOpcode.PING, "Hello".toByteArray())
                decode(first, ping, rest).frames shouldContainExactly
                    listOf(WsFrame.ping(WsBytes.wrap("Hello".toByteArray())), WsFrame.text("Hello"))
            }

            test("256 bytes take a 16-bit length, 64 KiB a 64-bit one") {
                for (size in listOf(256, 65_536)) {
                    decode(WireFrame(WsOpcode.BINARY, ByteArray(size) { it.toByte() })).frames.single() shouldBe
                        WsFrame.binary(ByteArray(size) { it.toByte() })
                }
            }
        }

        context("pieces") {
            val sizes = listOf(0, 1, 125, 126, 127, 65_535, 65_536)

            test("every size at the edge of a length field, whole, byte by byte and cut at each place of the header") {
                for (size in sizes) {
                    val expected = WsFrame.binary(ByteArray(size) { it.toByte() })
                    val bytes = WireFrame(WsOpcode.BINARY, ByteArray(size) { it.toByte() }).bytes()
                    for (cut in 0..minOf(12, bytes.size)) {
                        val pieces = listOf(bytes.copyOfRange(0, cut), bytes.copyOfRange(cut, bytes.size))
                        withClue("$size bytes cut at $cut") {
                            decoder().decodeAll(pieces).frames shouldContainExactly listOf(expected)
                        }
                    }
                    if (size < 1_000) {
                        decoder().decodeAll(bytes.map { byteArrayOf(it) }).frames shouldContainExactly listOf(expected)
                    }
                }
            }

            test("a masked message cut anywhere is unmasked as a whole") {
                val mask = byteArrayOf(1, 2, 3, 4)
                val bytes = WireFrame(WsOpcode.TEXT, "unmasked in pieces".toByteArray(), mask = mask).bytes()
                for (cut in 0..bytes.size) {
                    val pieces = listOf(bytes.copyOfRange(0, cut), bytes.copyOfRange(cut, bytes.size))
                    decoder(side = WsSide.SERVER).decodeAll(pieces).frames shouldContainExactly
                        listOf(WsFrame.text("unmasked in pieces"))
                }
            }

            test("a message that lies in one piece is shown where it lies, with nothing copied") {
                val buffer = ByteBuffer.wrap(text.bytes())
                decoder().decode(buffer) { view ->
                    buffer.put(2, 'J'.code.toByte())
                    view.decodeToString() shouldBe "Jello"
                }
            }

            test("a run of short texts in direct buffers, whatever comes between them") {
                val frames =
                    List(60) { index ->
                        when (index % 20) {
                            7 -> WsFrame.binary(byteArrayOf(-1, -2))
                            11 -> WsFrame.text("é€😀 $index")
                            13 -> WsFrame.ping(WsBytes.wrap(byteArrayOf(1)))
                            17 -> WsFrame.text("$index".repeat(100))
                            else -> WsFrame.text("$index".repeat(index))
                        }
                    }
                val bytes = ByteBuffer.allocateDirect(8_000)
                WsFrameEncoder(keys = null).run { frames.forEach { begin(it).also { write(bytes) } } }
                bytes.flip()
                for (pieceBytes in listOf(1, 2, 3, 50, 1_000, bytes.limit())) {
                    val shown = ArrayList<WsFrame>()
                    val decoder = decoder()
                    for (from in 0 until bytes.limit() step pieceBytes) {
                        val piece = bytes.slice(from, minOf(pieceBytes, bytes.limit() - from))
                        decoder.decode(piece) { shown += it.toFrame() }
                        piece.hasRemaining() shouldBe false
                    }
                    withClue("in pieces of $pieceBytes") { shown shouldContainExactly frames }
                }
            }

            test("texts of one link are not disturbed by those that another decodes meanwhile") {
                fun direct(text: String) =
                    ByteBuffer.allocateDirect(200).put(WireFrame(WsOpcode.TEXT, text.toByteArray()).bytes())
                val inner = decoder().apply { decode(direct("begins").flip()) { } }
                val outer = decoder().apply { decode(direct("begins").flip()) { } }
                val seen = ArrayList<String>()
                outer.decode(direct("outer").flip()) { shown ->
                    inner.decode(direct("inner").flip()) { seen += it.decodeToString() }
                    seen += shown.decodeToString()
                }
                seen shouldContainExactly listOf("inner", "outer")
            }

            test("bytes that are not UTF-8 are violation 1007 behind a run of texts, too") {
                val broken = ByteArray(20) { if (it == 19) -1 else 'a'.code.toByte() }
                val decoder = decoder().apply { decode(ByteBuffer.allocateDirect(7).put(text.bytes()).flip()) { } }
                val bytes =
                    ByteBuffer
                        .allocateDirect(
                            40,
                        ).put(text.bytes())
                        .put(WireFrame(WsOpcode.TEXT, broken).bytes())
                        .flip()
                val seen = ArrayList<String>()
                shouldThrow<WsProtocolException> {
                    decoder.decode(
                        bytes,
                    ) { seen += it.decodeToString() }
                }.closeCode shouldBe
                    1007
                seen shouldContainExactly listOf("Hello")
            }

            test("the view is taken back when the call returns") {
                var kept: Any? = null
                decoder().decode(ByteBuffer.wrap(text.bytes())) { kept = it }
                kept.toString() shouldBe "WsFrameView(taken back)"
            }

            test("a control frame cut in the middle of a cut message comes out first") {
                val first = WireFrame(WsOpcode.TEXT, "a".toByteArray(), isFinal = false).bytes()
                val ping = WireFrame(WsOpcode.PING, "pp".toByteArray()).bytes()
                val rest = WireFrame(WsOpcode.CONTINUATION, "b".toByteArray()).bytes()
                val pieces = (first + ping + rest).map { byteArrayOf(it) }
                decoder().decodeAll(pieces).frames shouldContainExactly
                    listOf(WsFrame.ping(WsBytes.wrap("pp".toByteArray())), WsFrame.text("ab"))
            }
        }

        context("RFC 6455 section 5.1: masking") {
            test("a masked frame from a server is violation 1002") {
                codeOf(WireFrame(WsOpcode.TEXT, mask = ByteArray(4))) shouldBe 1002
            }

            test("an unmasked frame from a client is violation 1002") {
                decoder(side = WsSide.SERVER).decodeAll(listOf(text.bytes())).violation?.closeCode shouldBe 1002
            }
        }

        context("RFC 6455 section 5.2: lengths and bits") {
            test("a 64-bit length with its highest bit set is violation 1002, before a byte of the payload came") {
                val frame = WireFrame(WsOpcode.BINARY, announced = Long.MIN_VALUE, lengthBytes = 8)
                codeOf(frame) shouldBe 1002
            }

            test("a length that is not in its shortest form is violation 1002") {
                for ((size, lengthBytes) in listOf(0 to 2, 125 to 2, 125 to 8, 126 to 8, 65_535 to 8)) {
                    val frame = WireFrame(WsOpcode.BINARY, ByteArray(size), lengthBytes = lengthBytes)
                    withClue("$size bytes in $lengthBytes") { codeOf(frame) shouldBe 1002 }
                }
            }

            test("each reserved bit is violation 1002, on every opcode") {
                for (bits in 1..7) {
                    for (opcode in listOf(0, 1, 2, 8, 9, 10)) {
                        codeOf(WireFrame(opcode, reservedBits = bits)) shouldBe 1002
                    }
                }
            }

            test("each reserved opcode is violation 1002, before a byte of the payload came") {
                for (opcode in (3..7) + (11..15)) codeOf(WireFrame(opcode, announced = 9)) shouldBe 1002
            }
        }

        context("RFC 6455 section 5.4 and 5.5: fragments and control frames, known from the header alone") {
            test("a continuation of nothing, and a message inside a message, are violation 1002") {
                codeOf(WireFrame(WsOpcode.CONTINUATION, announced = 9)) shouldBe 1002
                val first = WireFrame(WsOpcode.TEXT, isFinal = false)
                codeOf(first, WireFrame(WsOpcode.BINARY, announced = 9)) shouldBe 1002
            }

            test("a fragmented or long control frame is violation 1002") {
                codeOf(WireFrame(WsOpcode.PING, isFinal = false)) shouldBe 1002
                codeOf(WireFrame(WsOpcode.PONG, ByteArray(126))) shouldBe 1002
            }

            test("nothing that follows a Close frame is looked at") {
                val close = WireFrame(WsOpcode.CLOSE, byteArrayOf(3, 0xE8.toByte()))
                val decoded = decode(close, WireFrame(15, reservedBits = 7))
                decoded.violation.shouldBeNull()
                decoded.frames shouldContainExactly listOf(WsFrame.close(CloseCode.NORMAL))
                for (pieces in listOf(listOf(wire(close, text)), listOf(close.bytes(), text.bytes()))) {
                    decoder().decodeAll(pieces).frames shouldContainExactly listOf(WsFrame.close(CloseCode.NORMAL))
                }
            }
        }

        context("RFC 6455 section 8.1: text") {
            test("bytes that are not UTF-8 are violation 1007 as soon as they arrive, however long the message is") {
                val frame = WireFrame(WsOpcode.TEXT, byteArrayOf(0x61, 0xC0.toByte()), announced = 100, lengthBytes = 0)
                codeOf(frame) shouldBe 1007
            }

            test("a code point may be cut by a piece, and not by the end of the message") {
                val euro = "€".toByteArray()
                decoder()
                    .decodeAll(
                        WireFrame(WsOpcode.TEXT, euro).bytes().map { byteArrayOf(it) },
                    ).frames shouldContainExactly
                    listOf(WsFrame.text("€"))
                codeOf(WireFrame(WsOpcode.TEXT, euro.copyOf(2))) shouldBe 1007
            }
        }

        context("RFC 6455 section 10.4: limits, known from the header alone") {
            test("a frame of 2 to the 62 bytes is violation 1009 and not an allocation") {
                codeOf(WireFrame(WsOpcode.BINARY, announced = 1L shl 62, lengthBytes = 8)) shouldBe 1009
            }

            test("a message that its fragments make too long is violation 1009") {
                val decoder = decoder(maxMessageBytes = 10)
                val first = WireFrame(WsOpcode.BINARY, ByteArray(6), isFinal = false)
                val rest = WireFrame(WsOpcode.CONTINUATION, announced = 5)
                decoder.decodeAll(listOf(wire(first, rest))).violation?.closeCode shouldBe 1009
            }
        }

        test("what came before a violation is shown, and the decoder is spent after it") {
            val decoder = decoder()
            val decoded = decoder.decodeAll(listOf(wire(text, WireFrame(3), text)))
            decoded.frames shouldContainExactly listOf(WsFrame.text("Hello"))
            decoded.violation?.message.orEmpty() shouldContain "opcode 3"
            shouldThrow<IllegalStateException> { decoder.decode(ByteBuffer.wrap(text.bytes())) {} }
        }

        test("no bytes are no frames") {
            decoder().decodeAll(listOf(ByteArray(0), ByteArray(0))).frames.shouldBeEmpty()
        }
    })
