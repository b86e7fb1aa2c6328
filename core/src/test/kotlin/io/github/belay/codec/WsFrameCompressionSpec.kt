package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer
import java.util.Random

/** RFC 7692 through the whole codec; its parts have specs of their own. */
class WsFrameCompressionSpec :
    FunSpec({
        fun bytesOf(hex: String) = hex.chunked(2).map { it.toInt(16).toByte() }.toByteArray()

        fun decoder(
            deflate: WsDeflateParameters? = WsDeflateParameters(),
            side: WsSide = WsSide.CLIENT,
            maxMessageBytes: Int = 200_000,
        ) = WsFrameDecoder(maxFrameBytes = 200_000, maxMessageBytes, side, deflate)

        fun encoder(
            deflate: WsDeflateParameters?,
            side: WsSide = WsSide.SERVER,
        ) = WsFrameEncoder(if (side == WsSide.CLIENT) WsMaskKeys(Random(1)) else null, deflate)

        fun WsFrameEncoder.encode(frame: WsFrame): ByteArray {
            val buffer = ByteBuffer.allocate(begin(frame).toInt())
            write(buffer) shouldBe true
            return buffer.array()
        }

        val hello = bytesOf("f248cdc9c90700")

        test("RFC 7692 section 7.2.3.1: Hello in one frame, and in two with a ping between") {
            decoder().decodeAll(listOf(bytesOf("c107") + hello)).frames shouldContainExactly
                listOf(WsFrame.text("Hello"))
            val fragmented = bytesOf("4103f248cd") + bytesOf("8900") + bytesOf("8004c9c90700")
            for (cut in 0..fragmented.size) {
                val pieces = listOf(fragmented.copyOfRange(0, cut), fragmented.copyOfRange(cut, fragmented.size))
                decoder().decodeAll(pieces).frames shouldContainExactly listOf(WsFrame.ping(), WsFrame.text("Hello"))
            }
        }

        test("RFC 7692 section 7.2.3.2: the second Hello refers to the first") {
            val second = bytesOf("c105f200110000")
            decoder().decodeAll(listOf(bytesOf("c107") + hello + second)).frames shouldContainExactly
                listOf(WsFrame.text("Hello"), WsFrame.text("Hello"))
        }

        test("RFC 7692 section 6.1: RSV1 on a continuation or a control frame is violation 1002, agreed or not") {
            decoder().decodeAll(listOf(bytesOf("0100") + bytesOf("c000"))).violation?.closeCode shouldBe 1002
            for (opcode in listOf("c8", "c9", "ca")) {
                decoder().decodeAll(listOf(bytesOf(opcode + "00"))).violation?.closeCode shouldBe 1002
            }
            for (first in listOf("a1", "91", "e1")) {
                withClue("RSV2 and RSV3 mean nothing: $first") {
                    decoder().decodeAll(listOf(bytesOf(first + "00"))).violation?.closeCode shouldBe 1002
                }
            }
            decoder(deflate = null).decodeAll(listOf(bytesOf("c107") + hello)).violation?.closeCode shouldBe 1002
        }

        test("RFC 7692 section 6.2: a message without RSV1 is not compressed, whatever came before") {
            val plain = bytesOf("8105") + "Hello".toByteArray()
            decoder().decodeAll(listOf(bytesOf("c107") + hello + plain)).frames shouldContainExactly
                listOf(WsFrame.text("Hello"), WsFrame.text("Hello"))
        }

        test("text that is UTF-8 only while compressed is violation 1007 (RFC 6455 section 8.1)") {
            val bad =
                encoder(
                    WsDeflateParameters(minBytes = 0),
                ).encode(WsFrame.binary(byteArrayOf(0x61, 0xC0.toByte())))
            bad[0] = 0xC1.toByte()
            decoder().decodeAll(listOf(bad)).violation?.closeCode shouldBe 1007
        }

        test("what is too long only when decompressed is violation 1009, and a byte less is a message") {
            val bomb = encoder(WsDeflateParameters()).encode(WsFrame.binary(ByteArray(100_000)))
            bomb.size shouldBeLessThan 1_000
            decoder(maxMessageBytes = 99_999).decodeAll(listOf(bomb)).violation?.closeCode shouldBe 1009
            decoder(maxMessageBytes = 100_000).decodeAll(listOf(bomb)).frames shouldContainExactly
                listOf(WsFrame.binary(ByteArray(100_000)))
        }

        test("compressed bytes that mean nothing do not go on for ever: violation 1009") {
            val decoder = decoder(maxMessageBytes = 1_000)
            val nothing =
                WireFrame(
                    WsOpcode.CONTINUATION,
                    bytesOf("000000ffff").let { b ->
                        b + b + b + b
                    },
                    isFinal = false,
                )
            val first = WireFrame(WsOpcode.BINARY, bytesOf("000000ffff"), isFinal = false, reservedBits = 4)
            val frames = arrayOf(first) + Array(200) { nothing }
            decoder.decodeAll(listOf(wire(*frames))).violation?.closeCode shouldBe 1009
        }

        test("both ways round, with and without takeover, messages come out as they went in") {
            val random = Random(7)
            val words = List(50) { "word${random.nextInt(1000)} " }
            val frames =
                List(200) {
                    val text = List(random.nextInt(60)) { words[random.nextInt(words.size)] }.joinToString("")
                    if (random.nextBoolean()) WsFrame.text(text) else WsFrame.binary(text.toByteArray())
                }
            for (side in WsSide.entries) {
                for (noTakeover in listOf(false, true)) {
                    val agreed = WsDeflateParameters(noTakeover, noTakeover, minBytes = 40)
                    val encoder = encoder(agreed, side)
                    val wire = frames.map { encoder.encode(it) }
                    withClue("$side, noTakeover=$noTakeover") {
                        decoder(agreed, side.peer).decodeAll(wire).frames shouldContainExactly frames
                    }
                    encoder.close()
                }
            }
        }

        test("a small message and a control frame go out as they are") {
            val encoder = encoder(WsDeflateParameters(minBytes = 6))
            encoder.encode(WsFrame.text("Hello")) shouldBe bytesOf("8105") + "Hello".toByteArray()
            val ping = WsFrame.ping(WsBytes.wrap(ByteArray(125)))
            encoder.encode(ping) shouldBe bytesOf("897d") + ByteArray(125)
            encoder.encode(WsFrame.text("Hello!"))[0] shouldBe 0xC1.toByte()
        }
    })
