package io.github.belay.benchmarks.parts

import com.sun.management.ThreadMXBean
import io.github.belay.codec.WsFrameDecoder
import io.github.belay.codec.WsFrameEncoder
import io.github.belay.codec.WsFrameSink
import io.github.belay.codec.WsMaskKeys
import io.github.belay.codec.WsSide
import io.github.belay.frame.WsFrame
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer

/** The budget of the codec: nothing is allocated for a frame. Bytes are exact where times are not, so a build can tell. */
class CodecAllocationTest {
    private val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    private val self = Thread.currentThread().id
    private val binary = WsFrame.binary(ByteArray(100) { it.toByte() })
    private val large = WsFrame.binary(ByteArray(70_000) { it.toByte() })
    private val ascii = WsFrame.text("a".repeat(100))
    private val text = WsFrame.text("é".repeat(50))
    private var shown = 0L

    /** Bytes that [block] allocates on this thread, at its best of a few times, once it has been warmed up. */
    private fun allocatedBy(block: () -> Unit): Long {
        repeat(WARM_UP) { block() }
        return List(TRIES) {
            val before = threads.getThreadAllocatedBytes(self)
            block()
            threads.getThreadAllocatedBytes(self) - before
        }.min()
    }

    private fun wireOf(
        encoder: WsFrameEncoder,
        frames: List<WsFrame>,
    ): ByteBuffer {
        val wire = ByteBuffer.allocateDirect(FRAMES * (frames.maxOf { it.payload.size } + MAX_HEADER_BYTES))
        repeat(FRAMES) { encoder.put(frames[it % frames.size], wire) }
        return wire.flip()
    }

    private fun WsFrameEncoder.put(
        frame: WsFrame,
        wire: ByteBuffer,
    ) {
        begin(frame)
        assertTrue(write(wire))
    }

    private fun decodes(
        side: WsSide,
        frames: List<WsFrame>,
    ) {
        val keys = if (side == WsSide.SERVER) WsMaskKeys() else null
        val wire = wireOf(WsFrameEncoder(keys), frames)
        val decoder = WsFrameDecoder(1 shl 20, 1 shl 20, side, deflate = null)
        val sink = WsFrameSink { shown += it.size }
        if (side == WsSide.CLIENT) {
            assertEquals(0, allocatedBy { decoder.decode(wire.position(0), sink) })
        } else {
            // A server unmasks in place, so each time needs a wire that is masked again.
            val masked = ByteBuffer.allocateDirect(wire.limit()).put(wire.duplicate()).flip()
            assertEquals(
                0,
                allocatedBy {
                    wire.put(0, masked, 0, masked.limit())
                    decoder.decode(wire.position(0), sink)
                },
            )
        }
        assertTrue(shown > 0)
    }

    @Test
    fun decodingShortFramesAllocatesNothing() = decodes(WsSide.CLIENT, listOf(binary))

    @Test
    fun decodingShortTextsAllocatesNothing() = decodes(WsSide.CLIENT, listOf(ascii))

    @Test
    fun decodingTextBeyondAsciiAllocatesNothing() = decodes(WsSide.CLIENT, listOf(text, binary))

    @Test
    fun decodingLongFramesAllocatesNothing() = decodes(WsSide.CLIENT, listOf(large, binary))

    @Test
    fun decodingMaskedFramesAllocatesNothing() = decodes(WsSide.SERVER, listOf(binary, text, large))

    @Test
    fun encodingAllocatesNothing() {
        val encoder = WsFrameEncoder(WsMaskKeys())
        val frames = listOf(binary, text, large)
        val wire = ByteBuffer.allocateDirect(FRAMES * (large.payload.size + MAX_HEADER_BYTES))
        assertEquals(
            0,
            allocatedBy {
                wire.clear()
                for (index in 0 until FRAMES) encoder.put(frames[index % frames.size], wire)
            },
        )
    }

    @Test
    fun whatIsAllocatedIsSeen() {
        val kept = arrayOfNulls<ByteArray>(1)
        val bytes = allocatedBy { kept[0] = ByteArray(100) }
        assertTrue(bytes in 100L..128L, "an array of 100 bytes with its header, but was $bytes")
    }

    private companion object {
        const val FRAMES = 300
        const val MAX_HEADER_BYTES = 14
        const val WARM_UP = 20
        const val TRIES = 5
    }
}
