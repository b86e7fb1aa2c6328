package io.github.belay.codec

import io.github.belay.frame.WsProtocolException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.util.zip.Deflater
import java.util.zip.DeflaterOutputStream
import kotlin.random.Random

private const val MIB = 1024 * 1024

/** 100 MiB of zeros in less than 100 KiB. */
private val bomb: ByteArray by lazy {
    val compressed = ByteArrayOutputStream()
    DeflaterOutputStream(compressed, Deflater(Deflater.BEST_COMPRESSION, true)).use { zip ->
        val zeros = ByteArray(MIB)
        repeat(100) { zip.write(zeros) }
    }
    compressed.toByteArray()
}

private fun violation(action: () -> Unit): WsProtocolException = shouldThrow<WsProtocolException>(action)

class MessageInflaterHostileSpec :
    FunSpec({
        fun inflater(noContextTakeover: Boolean = false) = autoClose(MessageInflater(noContextTakeover))

        context("a message that grows a thousandfold") {
            test("ends with violation 1009 one byte above the limit, whole or in pieces") {
                bomb.size shouldBeLessThanOrEqual 110_000
                for (pieceBytes in listOf(bomb.size, 1_000, 1)) {
                    val output = InflatedProbe(limit = MIB, roomBytes = 8 * 1024)
                    val pieces =
                        (bomb.indices step pieceBytes).map { from ->
                            ByteBuffer.wrap(bomb, from, minOf(pieceBytes, bomb.size - from))
                        }
                    violation { inflater().messageOf(bomb, output) { pieces } }.closeCode shouldBe 1009
                    output.size shouldBe MIB + 1
                }
            }

            test("takes no more memory of its own than a few buffers") {
                val threads =
                    java.lang.management.ManagementFactory
                        .getThreadMXBean() as com.sun.management.ThreadMXBean
                val room = ByteBuffer.allocate(8 * 1024)
                var added = 0
                val counting =
                    object : InflatedBytes {
                        override fun room(): ByteBuffer = room.clear()

                        override fun added(count: Int) {
                            added += count
                        }
                    }
                val inflater = inflater()
                inflater.messageOf(byteArrayOf(0))
                val piece = ByteBuffer.wrap(bomb)
                val before = threads.currentThreadAllocatedBytes
                inflater.inflate(piece, counting)
                inflater.finish(counting)
                val allocated = (threads.currentThreadAllocatedBytes - before).toInt()
                added shouldBe 100 * MIB
                withClue("allocated $allocated") { allocated shouldBeLessThanOrEqual 64 * 1024 }
            }

            test("a message of exactly the limit is not too big") {
                val peer = Deflater(Deflater.BEST_COMPRESSION, true)
                val payload = peer.peerPayloadOf(ByteArray(MIB))
                inflater().messageOf(payload, InflatedProbe(limit = MIB)).size shouldBe MIB
                violation { inflater().messageOf(payload, InflatedProbe(limit = MIB - 1)) }.closeCode shouldBe 1009
                peer.end()
            }
        }

        context("what is not DEFLATE data is violation 1007 (RFC 7692 section 7.2.2)") {
            val malformed =
                mapOf(
                    "a block of the reserved type" to bytesOf("06"),
                    "a stored block with a wrong length" to bytesOf("00 05 00 00 00 48"),
                    "a distance into nothing" to bytesOf("f2 00 11 00 00"),
                    "a Huffman code of too many symbols" to bytesOf("fc 00 00"),
                    "the header of zlib" to bytesOf("78 9c f3 48 cd c9 c9 07 00 05 8c 01 f5"),
                    "the header of gzip" to bytesOf("1f 8b 08 00 00 00 00 00 00 03 f3 48 cd c9 c9 07 00"),
                    "the request for a dictionary, in the header of zlib" to bytesOf("78 bb 05 8c 01 f5 f3 48 cd"),
                    "no byte at all (section 7.2.3.6)" to ByteArray(0),
                )
            for ((what, payload) in malformed) {
                test(what) {
                    for (noContextTakeover in listOf(true, false)) {
                        val violation = violation { inflater(noContextTakeover).messageOf(payload) }
                        violation.closeCode shouldBe 1007
                        violation.message.orEmpty() shouldContain "RFC 7692 section 7.2.2"
                    }
                }
            }

            test("no byte at all, after a message that a final block ended") {
                val inflater = inflater()
                inflater.messageOf(bytesOf("f3 48 cd c9 c9 07 00"))
                violation { inflater.messageOf(ByteArray(0)) }.closeCode shouldBe 1007
            }
        }

        context("a message that ends too early") {
            val message = Random(5).compressible(3_000)
            val payload = Deflater(6, true).run { peerPayloadOf(message).also { end() } }

            test("is violation 1007 at once where no context is taken over") {
                for (end in 0 until payload.size) {
                    withClue("$end of ${payload.size} bytes") {
                        val violation = violation { inflater(noContextTakeover = true).messageOf(payload.copyOf(end)) }
                        violation.closeCode shouldBe 1007
                    }
                }
            }

            test(
                "is mostly violation 1007 at the next message where context is taken over, and never another failure",
            ) {
                val ends =
                    payload.indices.count { end ->
                        val inflater = inflater()
                        val cut =
                            runCatching {
                                repeat(3) {
                                    inflater.messageOf(
                                        if (it ==
                                            0
                                        ) {
                                            payload.copyOf(end)
                                        } else {
                                            payload
                                        },
                                    )
                                }
                            }
                        val failure = cut.exceptionOrNull() ?: return@count false
                        withClue("$end of ${payload.size} bytes") {
                            failure.shouldBeInstanceOf<WsProtocolException>().closeCode shouldBe 1007
                        }
                        true
                    }
                ends shouldBeGreaterThan payload.size / 2
            }
        }

        context("any bytes at all end in messages or one violation, never in another failure or none") {
            fun endOf(
                payloads: List<ByteArray>,
                random: Random,
            ): Int {
                val inflater = inflater(noContextTakeover = random.nextBoolean())
                try {
                    for (payload in payloads) {
                        val output = InflatedProbe(limit = 2_500, roomBytes = 1 + random.nextInt(100))
                        inflater.messageOf(payload, output, random::inBuffers).size shouldBeLessThanOrEqual 2_500
                    }
                } catch (violation: WsProtocolException) {
                    violation.closeCode shouldBeIn listOf(1007, 1009)
                    return violation.closeCode
                }
                return 0
            }

            test("random bytes") {
                val ends =
                    List(5_000) { seed ->
                        val random = Random(seed)
                        withClue("seed $seed") { endOf(List(3) { random.nextBytes(random.nextInt(200)) }, random) }
                    }
                ends.count { it == 1007 } shouldBeGreaterThan 4_000
            }

            test("messages with spoiled bits, missing ends and bytes of others") {
                val ends =
                    List(3_000) { seed ->
                        val random = Random(seed)
                        val peer = Deflater(random.nextInt(10), true)
                        val payloads = List(3) { spoiled(peer.peerPayloadOf(random.compressible(3_000)), random) }
                        peer.end()
                        withClue("seed $seed") { endOf(payloads, random) }
                    }
                for (end in listOf(0, 1007, 1009)) {
                    withClue("$end") { ends.count { it == end } shouldBeGreaterThan 10 }
                }
            }
        }
    })

private fun spoiled(
    payload: ByteArray,
    random: Random,
): ByteArray {
    val at = random.nextInt(payload.size)
    return when (random.nextInt(4)) {
        0 -> payload.copyOf(at)
        1 -> payload.copyOf().also { it[at] = (it[at].toInt() xor (1 shl random.nextInt(8))).toByte() }
        2 -> payload.copyOf(at) + random.nextBytes(5) + payload.copyOfRange(at, payload.size)
        else -> payload
    }
}
