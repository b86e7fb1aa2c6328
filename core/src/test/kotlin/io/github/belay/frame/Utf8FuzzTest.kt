package io.github.belay.frame

import com.code_intelligence.jazzer.junit.FuzzTest
import io.github.belay.codec.cuts
import io.github.belay.codec.strictlyDecoded
import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer
import kotlin.random.Random

class Utf8FuzzTest {
    @FuzzTest
    fun theValidatorAgreesWithTheJdk(bytes: ByteArray) {
        val text = strictlyDecoded(bytes)
        accepts(listOf(ByteBuffer.wrap(bytes))) shouldBe (text != null)
        accepts(listOf(ByteBuffer.allocateDirect(bytes.size).put(bytes).flip())) shouldBe (text != null)
        accepts(Random(bytes.contentHashCode()).cuts(bytes).map(ByteBuffer::wrap)) shouldBe (text != null)
        WsText.orNull(WsBytes.wrap(bytes.copyOf()))?.toString() shouldBe text
    }

    /** Of each beginning of the input: refused if and only if nothing that follows could make it UTF-8. */
    @FuzzTest
    fun bytesAreRefusedAsSoonAsTheyAreHopeless(input: ByteArray) {
        val bytes = input.copyOf(minOf(input.size, 40))
        val validator = Utf8Validator()
        for (size in 1..bytes.size) {
            val isTaken = validator.feed(ByteBuffer.wrap(bytes), size - 1, 1)
            withClue("after $size bytes") { isTaken shouldBe hasHope(bytes.copyOf(size)) }
            if (!isTaken) return
        }
    }

    private fun accepts(pieces: List<ByteBuffer>): Boolean {
        val validator = Utf8Validator()
        return pieces.all { validator.feed(it, 0, it.limit()) } && validator.isComplete
    }

    /** Every code point that is begun can be ended by a few of the lowest or of the highest continuation bytes. */
    private fun hasHope(beginning: ByteArray): Boolean =
        (0..3).any { missing ->
            listOf(0x80, 0xBF).any { last -> strictlyDecoded(beginning + ByteArray(missing) { last.toByte() }) != null }
        }
}
