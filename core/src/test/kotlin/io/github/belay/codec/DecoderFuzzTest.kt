package io.github.belay.codec

import com.code_intelligence.jazzer.junit.FuzzTest
import com.sun.management.ThreadMXBean
import io.github.belay.frame.WsFrame
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import java.lang.management.ManagementFactory
import kotlin.random.Random

/**
 * Bytes that a hostile peer may send. Of an input, the first character is a digit that says how the decoder is set up,
 * and the rest is the wire: 1 for a server's, plus 2 for compression, plus 4 for compression without context takeover.
 */
class DecoderFuzzTest {
    @FuzzTest
    fun theCutMakesNoDifferenceAndOnlyViolationsAreThrown(input: ByteArray) {
        val setup = Setup.of(input) ?: return
        val wire = input.copyOfRange(1, input.size)
        val random = Random(wire.contentHashCode())
        val whole = setup.decoded(listOf(wire))
        val bytewise = setup.decoded(wire.map { byteArrayOf(it) })
        val cut = setup.decoded(random.cuts(wire))
        for (other in listOf(bytewise, cut)) {
            other.frames shouldContainExactly whole.frames
            setup.violation(other) shouldBe setup.violation(whole)
        }
        whole.frames.forEach(::checkLimits)
    }

    /** Under limits that let nearly every announced length pass. */
    @FuzzTest
    fun memoryFollowsWhatCameAndNotWhatWasAnnounced(wire: ByteArray) {
        // Thrice, for the JVM makes and loads classes now and then, which count as well.
        List(3) { allocatedFor(wire) }.min() shouldBeLessThanOrEqualTo SPARE_BYTES + BYTES_FOR_EACH * wire.size
    }

    private fun allocatedFor(wire: ByteArray): Long {
        val before = memory.currentThreadAllocatedBytes
        decoder(Int.MAX_VALUE, Int.MAX_VALUE).decodeAll(listOf(wire))
        return memory.currentThreadAllocatedBytes - before
    }

    private fun checkLimits(frame: WsFrame) {
        frame.payload.size shouldBeLessThanOrEqualTo if (frame.kind.isControl) 125 else MAX_MESSAGE_BYTES
        if (frame is WsFrame.Text) strictlyDecoded(frame.payload.toByteArray()) shouldBe frame.text.toString()
    }

    private class Setup(
        private val side: WsSide,
        private val deflate: WsDeflateParameters?,
    ) {
        fun decoded(pieces: List<ByteArray>): Decoded =
            WsFrameDecoder(MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, side, deflate).use { it.decodeAll(pieces) }

        /**
         * The cut decides which of two violations in one compressed frame is met first: inflated bytes are looked at
         * together. That there is one it does not decide.
         */
        fun violation(decoded: Decoded): Any? =
            if (deflate == null) decoded.violation?.closeCode else decoded.violation != null

        companion object {
            fun of(input: ByteArray): Setup? {
                val digit = (input.firstOrNull() ?: return null).toInt()
                val parameters = WsDeflateParameters(digit and 4 != 0, digit and 4 != 0)
                val side = if (digit and 1 != 0) WsSide.SERVER else WsSide.CLIENT
                return Setup(side, if (digit and 2 != 0) parameters else null)
            }
        }
    }

    private companion object {
        const val MAX_FRAME_BYTES = 130
        const val MAX_MESSAGE_BYTES = 200

        /** What exceptions, strings and lists of a test may take. */
        const val SPARE_BYTES = 256 * 1024L
        const val BYTES_FOR_EACH = 256L
        val memory = ManagementFactory.getThreadMXBean() as ThreadMXBean
    }
}
