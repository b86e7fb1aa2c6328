package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.util.zip.Inflater
import kotlin.random.Random

class MessageDeflaterSpec :
    FunSpec({
        fun deflater(
            parameters: WsDeflateParameters = WsDeflateParameters(),
            sender: WsSide = WsSide.CLIENT,
        ) = autoClose(MessageDeflater(parameters, sender))

        fun MessageDeflater.hexOf(message: String) = deflate(WsBytes.wrap(message.toByteArray())).toHex()

        context("the examples of RFC 7692") {
            test("a message loses the tail of its flush (sections 7.2.1 and 7.2.3.1)") {
                deflater().hexOf("Hello") shouldBe "f2 48 cd c9 c9 07 00"
            }

            test("the same message again refers to the first (section 7.2.3.2)") {
                val deflater = deflater()
                deflater.hexOf("Hello") shouldBe "f2 48 cd c9 c9 07 00"
                deflater.hexOf("Hello") shouldBe "f2 00 11 00 00"
            }

            test("without context takeover it does not (sections 7.1.1.1 and 7.1.1.2)") {
                for (sender in WsSide.entries) {
                    val own = WsDeflateParameters(sender == WsSide.SERVER, sender == WsSide.CLIENT)
                    val deflater = deflater(own, sender)
                    repeat(3) { deflater.hexOf("Hello") shouldBe "f2 48 cd c9 c9 07 00" }
                    val peers = WsDeflateParameters(sender == WsSide.CLIENT, sender == WsSide.SERVER)
                    val takingOver = deflater(peers, sender)
                    takingOver.hexOf("Hello")
                    takingOver.hexOf("Hello") shouldBe "f2 00 11 00 00"
                }
            }

            test("level 0 makes a block without compression (section 7.2.3.3)") {
                deflater(WsDeflateParameters(level = 0)).hexOf("Hello") shouldBe "00 05 00 fa ff 48 65 6c 6c 6f 00"
            }

            test("the empty message is one byte, first, last and between (section 7.2.3.6)") {
                val deflater = deflater()
                deflater.hexOf("") shouldBe "00"
                deflater.hexOf("Hello") shouldBe "f2 48 cd c9 c9 07 00"
                repeat(2) { deflater.hexOf("") shouldBe "00" }
                deflater.hexOf("Hello") shouldBe "f2 00 11 00 00"
            }
        }

        test("a slice is compressed without what stands around it") {
            deflater().deflate(WsBytes.wrap("<Hello>".toByteArray(), 1, 5)).toHex() shouldBe "f2 48 cd c9 c9 07 00"
        }

        test("a peer that knows only zlib understands every level and every size (RFC 7692 section 7.2.2)") {
            for (level in 0..9) {
                for (noContextTakeover in listOf(true, false)) {
                    val parameters = WsDeflateParameters(clientNoContextTakeover = noContextTakeover, level = level)
                    val deflater = deflater(parameters)
                    val peer = Inflater(true)
                    val random = Random(level)
                    // Noise does not shrink, so some of these end where the output array does.
                    val sizes = (490..520).toList() + (1_000..1_030) + listOf(16_370, 16_384, 40_000, 100_000, 1)
                    for (size in sizes) {
                        val message = random.nextBytes(size)
                        withClue("level $level, size $size") {
                            peer.peerMessageOf(deflater.payloadOf(message)).contentEquals(message) shouldBe true
                        }
                        if (noContextTakeover) peer.reset()
                    }
                    peer.end()
                }
            }
        }

        test("a higher level makes less of it") {
            val message = List(500) { "{\"id\":${it * 7919},\"px\":${it * 31 % 97}}" }.joinToString().toByteArray()

            fun sizeAt(level: Int) = deflater(WsDeflateParameters(level = level)).payloadOf(message).size
            sizeAt(0) shouldBeGreaterThan message.size
            sizeAt(1) shouldBeLessThan message.size
            sizeAt(9) shouldBeLessThan sizeAt(1)
        }

        test("noise grows by a few bytes only") {
            val noise = Random(1).nextBytes(100_000)
            deflater().payloadOf(noise).size shouldBeLessThan 100_000 + 100_000 / 1_000 + 16
        }

        context("memory") {
            test("small messages share one array, so what was returned is good until the next only") {
                val deflater = deflater()
                val first = deflater.deflate(WsBytes.wrap("first".toByteArray()))
                val second = deflater.deflate(WsBytes.wrap("second".toByteArray()))
                second.array() shouldBeSameInstanceAs first.array()
            }

            test("the array of a large message is not kept") {
                val deflater = deflater()
                val small = deflater.deflate(WsBytes.wrap(Random(1).nextBytes(10_000)))
                small.array().size shouldBe MessageDeflater.MAX_KEPT_BYTES
                deflater.deflate(WsBytes.wrap(byteArrayOf(1))).array() shouldBeSameInstanceAs small.array()
                val large = deflater.deflate(WsBytes.wrap(Random(1).nextBytes(100_000)))
                val next = deflater.deflate(WsBytes.wrap(byteArrayOf(1)))
                next.array() shouldNotBeSameInstanceAs large.array()
                next.array().size shouldBeLessThan MessageDeflater.MAX_KEPT_BYTES
            }

            test("that outside the heap is taken at the first message with bytes and given back at the end") {
                val deflater = MessageDeflater(WsDeflateParameters(), WsSide.CLIENT)
                deflater.payloadOf(ByteArray(0))
                deflater.isOpen shouldBe false
                deflater.payloadOf(ByteArray(1))
                deflater.isOpen shouldBe true
                deflater.close()
                deflater.isOpen shouldBe false
            }

            test("closing again does nothing, and use after it is told") {
                val unused = MessageDeflater(WsDeflateParameters(), WsSide.CLIENT)
                val used = MessageDeflater(WsDeflateParameters(), WsSide.CLIENT).also { it.payloadOf(ByteArray(9)) }
                for (deflater in listOf(unused, used)) {
                    repeat(2) { shouldNotThrowAny { deflater.close() } }
                    for (size in 0..1) {
                        shouldThrow<IllegalStateException> { deflater.payloadOf(ByteArray(size)) }.message shouldBe
                            "the deflater must not be used after it was closed"
                    }
                    deflater.isOpen shouldBe false
                }
            }
        }

        test("a server must not agree to a window that the JDK cannot keep to (RFC 7692 section 7.1.2.1)") {
            val parameters = WsDeflateParameters(serverMaxWindowBits = 14)
            shouldThrow<IllegalArgumentException> { MessageDeflater(parameters, WsSide.SERVER) }.message shouldBe
                "serverMaxWindowBits of a server must be 15 but was 14"
            deflater(parameters, WsSide.CLIENT).hexOf("Hello") shouldBe "f2 48 cd c9 c9 07 00"
        }
    })
