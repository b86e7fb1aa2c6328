package io.github.belay.codec

import io.github.belay.seeded
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.util.zip.Deflater
import java.util.zip.Inflater
import kotlin.random.Random

class DeflateRoundTripSpec :
    FunSpec({
        test("what one side compresses the other reads, with and without context takeover, however it is cut") {
            val takeover = Arb.boolean()
            checkAll(
                seeded(1, 400),
                Arb.int(),
                takeover,
                takeover,
                Arb.enum<WsSide>(),
            ) { seed, server, client, sender ->
                val random = Random(seed)
                val parameters = WsDeflateParameters(server, client, level = random.nextInt(10))
                MessageDeflater(parameters, sender).use { deflater ->
                    MessageInflater(parameters.noContextTakeover(sender)).use { inflater ->
                        repeat(5) {
                            val message = random.compressible(6_000)
                            val output = InflatedProbe(roomBytes = 1 + random.nextInt(500))
                            val read = inflater.messageOf(deflater.payloadOf(message), output, random::inBuffers)
                            read.contentEquals(message) shouldBe true
                        }
                    }
                }
            }
        }

        test("what a peer that knows only zlib compresses is read, sync or full flush (RFC 7692 section 7.2.1)") {
            checkAll(seeded(2, 400), Arb.int(), Arb.boolean()) { seed, noContextTakeover ->
                val random = Random(seed)
                val peer = Deflater(random.nextInt(10), true)
                MessageInflater(noContextTakeover).use { inflater ->
                    repeat(5) {
                        val message = random.compressible(6_000) + 1
                        val mode = if (random.nextBoolean()) Deflater.SYNC_FLUSH else Deflater.FULL_FLUSH
                        val payload = peer.peerPayloadOf(message, mode)
                        inflater.messageOf(payload, InflatedProbe(), random::inBuffers).contentEquals(message) shouldBe
                            true
                        if (noContextTakeover) peer.reset()
                    }
                }
                peer.end()
            }
        }

        test("what is compressed is read by a peer that knows only zlib (RFC 7692 section 7.2.2)") {
            checkAll(seeded(3, 400), Arb.int(), Arb.boolean()) { seed, noContextTakeover ->
                val random = Random(seed)
                val peer = Inflater(true)
                val parameters =
                    WsDeflateParameters(clientNoContextTakeover = noContextTakeover, level = random.nextInt(10))
                MessageDeflater(parameters, WsSide.CLIENT).use { deflater ->
                    repeat(5) {
                        val message = random.compressible(6_000)
                        peer.peerMessageOf(deflater.payloadOf(message)).contentEquals(message) shouldBe true
                        if (noContextTakeover) peer.reset()
                    }
                }
                peer.end()
            }
        }

        test("context takeover is worth it: like messages get smaller (RFC 7692 section 7.1.1)") {
            val message = Random(1).nextBytes(200)
            val sizes =
                listOf(true, false).map { noContextTakeover ->
                    val parameters = WsDeflateParameters(clientNoContextTakeover = noContextTakeover)
                    MessageDeflater(parameters, WsSide.CLIENT).use { deflater ->
                        List(10) { deflater.payloadOf(message).size }.sum()
                    }
                }
            withClue(sizes) { sizes[1] * 5 shouldBeLessThan sizes[0] }
        }
    })
