package io.github.belay.codec

import com.code_intelligence.jazzer.junit.FuzzTest
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.util.zip.DataFormatException
import java.util.zip.Inflater
import kotlin.random.Random

/**
 * Compressed payloads that a hostile peer may send. The first character of an input is 0 or 1, the latter for messages
 * without context takeover; the rest is one payload, which comes twice, so that the second may refer to the first.
 */
class InflaterFuzzTest {
    @FuzzTest
    fun whatZlibReadsIsReadWithinTheLimitWhateverTheCut(input: ByteArray) {
        val first = (input.firstOrNull() ?: return).toInt()
        val payload = input.copyOfRange(1, input.size)
        val random = Random(payload.contentHashCode())
        MessageInflater(noContextTakeover = first and 1 != 0).use { inflater ->
            Inflater(true).let { zlib ->
                try {
                    repeat(2) {
                        if (first and 1 != 0) zlib.reset()
                        val expected = expected(zlib, payload)
                        val message = inflated(inflater, random.inBuffers(payload))
                        if (expected == null || expected.size > LIMIT) return
                        // Without context takeover a message that ends inside a block is refused although zlib waits.
                        if (message == null && first and 1 != 0) return
                        message?.toList() shouldBe expected.toList()
                    }
                } finally {
                    zlib.end()
                }
            }
        }
    }

    /** Null for a violation. */
    private fun inflated(
        inflater: MessageInflater,
        pieces: List<ByteBuffer>,
    ): ByteArray? {
        val output = FragmentBuffer(LIMIT)
        val sink = Bounded(output)
        try {
            pieces.forEach { inflater.inflate(it, sink) }
            inflater.finish(sink)
        } catch (violation: WsProtocolException) {
            check(violation.closeCode == 1007 || violation.closeCode == 1009)
            return null
        }
        val view = WsFrameView()
        output.lendTo(view, WsFrameKind.BINARY)
        return view.toBytes().toByteArray()
    }

    /**
     * What zlib makes of [payload], or the beginning of it if that exceeds [LIMIT]; null if it is not whole DEFLATE
     * data.
     */
    private fun expected(
        zlib: Inflater,
        payload: ByteArray,
    ): ByteArray? {
        if (payload.isEmpty()) return null
        val message = ByteArrayOutputStream()
        val room = ByteArray(LIMIT + 1)
        zlib.setInput(payload + deflateTail)
        var isOver = false
        try {
            while (!isOver && message.size() <= LIMIT) {
                val count = zlib.inflate(room)
                message.write(room, 0, count)
                val left = zlib.remaining - deflateTail.size
                // The message ended inside its last block.
                if (zlib.finished() && left < 0) return null
                isOver = if (zlib.finished()) left == 0 else count == 0
                if (zlib.finished() && left > 0) {
                    zlib.reset()
                    zlib.setInput(payload.copyOfRange(payload.size - left, payload.size) + deflateTail)
                }
            }
        } catch (_: DataFormatException) {
            return null
        }
        return message.toByteArray()
    }

    /** Sees that the memory never exceeds the limit by more than the byte that tells of too much. */
    private class Bounded(
        private val buffer: FragmentBuffer,
    ) : InflatedBytes by buffer {
        override fun room(): ByteBuffer =
            buffer.room().also { it.array().size shouldBeLessThanOrEqualTo maxOf(LIMIT + 1, 512) }
    }

    private companion object {
        const val LIMIT = 3_000
    }
}
