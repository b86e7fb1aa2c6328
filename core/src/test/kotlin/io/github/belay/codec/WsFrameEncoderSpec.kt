package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.seeded
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import java.nio.ByteBuffer
import java.util.Random

/** All bytes of [frame], through buffers of [room] bytes. */
private fun WsFrameEncoder.encode(
    frame: WsFrame,
    room: Int = 100_000,
): ByteArray {
    val promised = begin(frame)
    var bytes = ByteArray(0)
    do {
        val buffer = ByteBuffer.allocateDirect(room + 5).position(5)
        val done = write(buffer)
        bytes += ByteArray(buffer.position() - 5) { buffer.get(5 + it) }
    } while (!done)
    bytes.size.toLong() shouldBe promised
    return bytes
}

/** A generator that gives the [key] it is told. */
private fun keys(seed: Long = 1) = WsMaskKeys(Random(seed))

class WsFrameEncoderSpec :
    FunSpec({
        test(
            "a server's frames are as the test writes them: shortest length, no mask (RFC 6455 sections 5.1, 5.2, 6.1)",
        ) {
            val encoder = WsFrameEncoder(keys = null)
            for (size in listOf(0, 1, 125, 126, 65_535, 65_536)) {
                val payload = ByteArray(size) { it.toByte() }
                encoder.encode(WsFrame.binary(payload)) shouldBe WireFrame(WsOpcode.BINARY, payload).bytes()
            }
            encoder.encode(WsFrame.text("Hello")) shouldBe WireFrame(WsOpcode.TEXT, "Hello".toByteArray()).bytes()
            encoder.encode(WsFrame.close(1000, "bye")) shouldBe
                WireFrame(WsOpcode.CLOSE, byteArrayOf(3, 0xE8.toByte()) + "bye".toByteArray()).bytes()
            encoder.encode(WsFrame.ping()) shouldBe WireFrame(WsOpcode.PING).bytes()
            encoder.encode(WsFrame.pong(WsBytes.wrap(byteArrayOf(7)))) shouldBe
                WireFrame(WsOpcode.PONG, byteArrayOf(7)).bytes()
        }

        test("a client's frames carry a key and are masked with it (RFC 6455 section 5.3)") {
            val encoder = WsFrameEncoder(keys())
            for (size in listOf(0, 1, 3, 4, 5, 7, 8, 9, 125, 126, 1_000, 65_536)) {
                val payload = ByteArray(size) { (it * 31).toByte() }
                val bytes = encoder.encode(WsFrame.binary(payload))
                val header = bytes.size - size
                val mask = bytes.copyOfRange(header - 4, header)
                withClue("$size bytes") { bytes shouldBe WireFrame(WsOpcode.BINARY, payload, mask = mask).bytes() }
            }
        }

        test("every frame of a client has a key of its own (RFC 6455 section 5.3)") {
            val encoder = WsFrameEncoder(keys())
            val masks = List(1_000) { encoder.encode(WsFrame.ping()).drop(2) }
            masks.toSet().size shouldBe 1_000
        }

        test("a frame may leave through buffers of any size, one after the other") {
            val payload = ByteArray(300) { it.toByte() }
            for (room in 1..40) {
                val whole = WsFrameEncoder(keys()).encode(WsFrame.binary(payload))
                withClue("room $room") {
                    WsFrameEncoder(keys()).encode(WsFrame.binary(payload), room) shouldBe whole
                }
            }
        }

        test("a slice of a larger array is written and nothing beside it") {
            val slice = WsBytes.wrap(ByteArray(20) { it.toByte() }, 5, 10)
            WsFrameEncoder(keys = null).encode(WsFrame.binary(slice)) shouldBe
                WireFrame(WsOpcode.BINARY, ByteArray(10) { (it + 5).toByte() }).bytes()
        }

        test("what a client encodes a server's decoder reads, and the other way round") {
            val payload = Arb.byteArray(Arb.int(0..300), Arb.byte())
            checkAll(seeded(1), Arb.list(payload, 1..10), Arb.int(1..50)) { payloads, room ->
                val frames = payloads.map(WsFrame::binary)
                for (side in WsSide.entries) {
                    val encoder = WsFrameEncoder(if (side == WsSide.SERVER) keys() else null)
                    val bytes = frames.map { encoder.encode(it, room) }
                    decoder(side = side).decodeAll(bytes).frames shouldContainExactly frames
                }
            }
        }

        test("a frame that is not all written keeps the next one out") {
            val encoder = WsFrameEncoder(keys())
            encoder.begin(WsFrame.text("Hello"))
            encoder.write(ByteBuffer.allocate(3)) shouldBe false
            encoder.remaining shouldBe 8
            shouldThrow<IllegalStateException> { encoder.begin(WsFrame.ping()) }
        }
    })
