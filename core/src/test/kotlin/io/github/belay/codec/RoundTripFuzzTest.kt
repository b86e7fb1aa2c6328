package io.github.belay.codec

import com.code_intelligence.jazzer.junit.FuzzTest
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer
import kotlin.random.Random

/**
 * Messages of one side that the other side reads. The first character of an input says how, as in [DecoderFuzzTest];
 * then each line is a message, and its first character the kind: `t`, `b`, `i` for ping, `o` for pong.
 */
class RoundTripFuzzTest {
    @FuzzTest
    fun whatOneSideEncodesTheOtherDecodes(input: ByteArray) {
        val digit = (input.firstOrNull() ?: return).toInt()
        val text = String(input, 1, input.size - 1, Charsets.UTF_8)
        val frames = text.split('\n').filter { it.isNotEmpty() }.map(::frameOf)
        val random = Random(text.hashCode())
        val takeover = digit and 4 != 0
        val deflate = if (digit and 2 != 0) WsDeflateParameters(takeover, takeover, minBytes = 3) else null
        val isServer = digit and 1 != 0
        val wire = random.encoded(frames, isServer, deflate)
        val reader = if (isServer) WsSide.CLIENT else WsSide.SERVER
        WsFrameDecoder(Int.MAX_VALUE, Int.MAX_VALUE, reader, deflate).use { decoder ->
            val decoded = decoder.decodeAll(random.cuts(wire))
            decoded.violation shouldBe null
            decoded.frames shouldContainExactly frames
        }
    }

    private fun frameOf(line: String): WsFrame {
        val payload = line.drop(1)
        val bytes = WsBytes.wrap(payload.toByteArray())
        val short = bytes.slice(0, minOf(bytes.size, WsFrame.MAX_CONTROL_BYTES))
        return when (line[0]) {
            't' -> WsFrame.text(payload)
            'i' -> WsFrame.ping(short)
            'o' -> WsFrame.pong(short)
            else -> WsFrame.binary(bytes)
        }
    }

    /** The bytes of [frames], put into buffers of random sizes. */
    private fun Random.encoded(
        frames: List<WsFrame>,
        isServer: Boolean,
        deflate: WsDeflateParameters?,
    ): ByteArray {
        var wire = ByteArray(0)
        WsFrameEncoder(if (isServer) null else keys, deflate).use { encoder ->
            for (frame in frames) {
                val size = encoder.begin(frame)
                val before = wire.size
                do {
                    val room = ByteBuffer.allocate(1 + nextInt(40))
                    val isDone = encoder.write(room)
                    wire += room.flip().toBytes()
                } while (!isDone)
                (wire.size - before).toLong() shouldBe size
            }
        }
        return wire
    }

    private companion object {
        val keys = WsMaskKeys(java.util.Random(1))
    }
}
