package io.github.belay.codec

import io.github.belay.frame.WsProtocolException
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer
import java.util.Base64
import java.util.zip.Deflater
import kotlin.random.Random

private val hello = bytesOf("f2 48 cd c9 c9 07 00")

/** Two messages as zlib 1.2.13 compressed them at level 9 with a window of 2 to the 9th bytes, one after the other. */
private val windowOf9 =
    listOf(
        "PM5LagNBEATRvU4xR5j6dXWdR3ghvDFG98eYjtQyAxLe+/X8vu7r5/f1/Lrux/t/GnNsTnDCjn1CELr6hCSsXicUoaZOWAqW" +
            "JzQhI07YhCg/YQjeBkxQG1FltRurCetYTdhJsCbtXmhN3N5wTd6+8ZrAywGbxJWITeRckF3k2JBdZB/I/iEbZpfZArPLXJBd" +
            "5GnILvIeyC7yNsgucgdkF3kV5BC5GnKInBtyiJw35BA5HHKI7Ik5ZLaFOT5myCEy4BB4HHDM5wI4Be4FOAVeDTgFrgGcApcB" +
            "ToEzAKfAUYBTYG/EKbEN5pTZDHPKHJBL5CnIJfJekEvk3pBL5L4hl8jLIZfIlZBL5FyQS+TYkEvkuCGXyO72+AM=",
        "RM67jQNADMXA/KpZ/aX+GzNweLRTJpz/0pgtZW7MJXJDvhG5Ie+J3JDXRG7IEyI35C6RG3KNyA05T+SGnCbyQI4QeSB7yjyY" +
            "rWWer1nkgSzwAD4XeABvCjyApwUewL0CD+B+Ai/gcoEXcIbACzhK4AXsI/EitpN5MZvJvJhD5IV8JfJC3hF5Ic+JfJDHRD7I" +
            "7SIf5EqRD3K2yAc5VuSDHE/kg+wu82G2lPn2e1eAfCuyPcz3Hgn02pFQTywJdteQcNc0CXhekZCnJQl6RJCwezkJvQ16++kp" +
            "4KEb9HPoBn0TukGfhm7Qe6Eb9H7QDXo5dIOeCd2gR9vfBw==",
    ).map { Base64.getDecoder().decode(it) }

private fun tick(number: Int) = "tick $number price ${number * 7919 % 1000}\n"

class MessageInflaterSpec :
    FunSpec({
        fun inflater(noContextTakeover: Boolean = false) = autoClose(MessageInflater(noContextTakeover))

        context("the examples of RFC 7692") {
            test("one compressed message, whole or in two fragments (section 7.2.3.1)") {
                String(inflater().messageOf(hello)) shouldBe "Hello"
                val fragments = listOf(bytesOf("f2 48 cd"), bytesOf("c9 c9 07 00")).map { ByteBuffer.wrap(it) }
                String(inflater().messageOf(hello) { fragments }) shouldBe "Hello"
            }

            test("a message that refers to the one before it (section 7.2.3.2)") {
                val inflater = inflater()
                String(inflater.messageOf(hello)) shouldBe "Hello"
                String(inflater.messageOf(bytesOf("f2 00 11 00 00"))) shouldBe "Hello"
            }

            test("a block without compression (section 7.2.3.3)") {
                val stored = bytesOf("00 05 00 fa ff 48 65 6c 6c 6f 00")
                String(inflater().messageOf(stored)) shouldBe "Hello"
            }

            test("a block with BFINAL set (section 7.2.3.4)") {
                String(inflater().messageOf(bytesOf("f3 48 cd c9 c9 07 00 00"))) shouldBe "Hello"
            }

            test("two blocks in one message (section 7.2.3.5)") {
                val blocks = bytesOf("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")
                String(inflater().messageOf(blocks)) shouldBe "Hello"
            }

            test("the empty message (section 7.2.3.6)") {
                for (noContextTakeover in listOf(true, false)) {
                    val inflater = inflater(noContextTakeover)
                    inflater.messageOf(byteArrayOf(0)).size shouldBe 0
                    String(inflater.messageOf(hello)) shouldBe "Hello"
                    inflater.messageOf(byteArrayOf(0)).size shouldBe 0
                }
            }

            test("without context takeover every message stands for itself (section 7.1.1.1)") {
                val inflater = inflater(noContextTakeover = true)
                repeat(3) { String(inflater.messageOf(hello)) shouldBe "Hello" }
                val violation = shouldThrow<WsProtocolException> { inflater.messageOf(bytesOf("f2 00 11 00 00")) }
                violation.closeCode shouldBe 1007
                violation.message shouldBe
                    "a compressed message must be DEFLATE data (RFC 7692 section 7.2.2) but is not: invalid distance too far back"
            }
        }

        context("a final block ends a stream but not a message (RFC 7692 section 7.2.1)") {
            val final = bytesOf("f3 48 cd c9 c9 07 00")

            test("blocks of every kind may follow it, cut anywhere") {
                val payload = final + final + bytesOf("00 05 00 fa ff 48 65 6c 6c 6f") + final + hello
                for (noContextTakeover in listOf(true, false)) {
                    val inflater = inflater(noContextTakeover)
                    for (cut in 0..payload.size) {
                        val pieces =
                            listOf(
                                ByteBuffer.wrap(payload, 0, cut),
                                ByteBuffer.wrap(
                                    payload,
                                    cut,
                                    payload.size - cut,
                                ),
                            )
                        withClue(cut) { String(inflater.messageOf(payload) { pieces }) shouldBe "Hello".repeat(5) }
                    }
                }
            }

            test(
                "the next message is understood, with the empty block behind the final one or without (section 7.2.3.4)",
            ) {
                for (noContextTakeover in listOf(true, false)) {
                    val inflater = inflater(noContextTakeover)
                    for (payload in listOf(final + 0, hello, final, final, hello, final + 0, byteArrayOf(0), hello)) {
                        val expected = if (payload.size == 1) "" else "Hello"
                        String(inflater.messageOf(payload)) shouldBe expected
                    }
                }
            }

            test("what follows begins with an empty window") {
                shouldThrow<WsProtocolException> {
                    inflater().messageOf(final + bytesOf("f2 00 11 00 00"))
                }.closeCode shouldBe 1007
            }

            test("a peer that ends every message with it (section 7.2.3.4)") {
                val inflater = inflater()
                val peer = Deflater(Deflater.DEFAULT_COMPRESSION, true)
                repeat(3) { number ->
                    val message = "message $number ".repeat(1_000).toByteArray()
                    val out = ByteArray(10_000)
                    peer.setInput(message)
                    peer.finish()
                    val size = peer.deflate(out)
                    peer.reset()
                    inflater.messageOf(out.copyOf(size) + 0).contentEquals(message) shouldBe true
                }
                peer.end()
            }
        }

        context("windows") {
            test("messages of a server with a small window (RFC 7692 section 7.1.2.1)") {
                val inflater = inflater()
                windowOf9.forEachIndexed { index, payload ->
                    String(inflater.messageOf(payload)) shouldBe
                        (0 until 60).joinToString("") { tick(60 * index + it) }
                }
            }

            test("messages that refer 32 KiB back, over other messages (RFC 7692 section 7.1.2)") {
                val inflater = inflater()
                val peer = Deflater(Deflater.BEST_COMPRESSION, true)
                val first = Random(1).nextBytes(1_000)
                val messages = listOf(first, Random(2).nextBytes(31_000), first, Random(3).nextBytes(31_000), first)
                val payloads = messages.map { peer.peerPayloadOf(it) }
                payloads.slice(listOf(2, 4)).forEach { it.size shouldBeLessThan 100 }
                for ((message, payload) in messages.zip(payloads)) {
                    inflater.messageOf(payload).contentEquals(message) shouldBe true
                }
                peer.end()
            }
        }

        context("pieces") {
            test("a message may come byte by byte, with empty pieces between") {
                val inflater = inflater()
                val message = Random(1).compressible(5_000)
                val peer = Deflater(1, true)
                val payload = peer.peerPayloadOf(message)
                val pieces = payload.flatMap { listOf(ByteBuffer.allocate(0), ByteBuffer.wrap(byteArrayOf(it))) }
                inflater.messageOf(payload) { pieces }.contentEquals(message) shouldBe true
                peer.end()
            }

            test("a piece is taken whole, and its bytes come out before the next is there") {
                val inflater = inflater()
                val output = InflatedProbe(roomBytes = 1)
                val piece = ByteBuffer.allocateDirect(20).put(bytesOf("f2 48 cd c9")).flip()
                inflater.inflate(piece, output)
                piece.hasRemaining() shouldBe false
                String(output.toByteArray()) shouldBe "Hel"
            }

            test("output that fills the room to the last byte is all there is") {
                for (room in 1..11) {
                    val inflater = inflater()
                    repeat(2) { String(inflater.messageOf(hello, InflatedProbe(roomBytes = room))) shouldBe "Hello" }
                }
            }

            test("an empty room is told, not waited for") {
                val none =
                    object : InflatedBytes {
                        override fun room(): ByteBuffer = ByteBuffer.allocate(0)

                        override fun added(count: Int) = error("nothing can be added")
                    }
                shouldThrow<IllegalStateException> { inflater().inflate(ByteBuffer.wrap(hello), none) }
            }
        }

        context("memory outside the heap") {
            test("is taken at the first compressed message and given back at the end") {
                val inflater = MessageInflater(noContextTakeover = false)
                inflater.isOpen shouldBe false
                inflater.messageOf(hello)
                inflater.isOpen shouldBe true
                inflater.close()
                inflater.isOpen shouldBe false
            }

            test("closing again does nothing, and use after it is told") {
                val unused = MessageInflater(noContextTakeover = false)
                val used = MessageInflater(noContextTakeover = false).also { it.messageOf(hello) }
                for (inflater in listOf(unused, used)) {
                    repeat(2) { shouldNotThrowAny { inflater.close() } }
                    shouldThrow<IllegalStateException> { inflater.inflate(ByteBuffer.wrap(hello), InflatedProbe()) }
                        .message shouldBe "the inflater must not be used after it was closed"
                    shouldThrow<IllegalStateException> { inflater.finish(InflatedProbe()) }
                    inflater.isOpen shouldBe false
                }
            }
        }
    })
