package io.github.belay.codec

import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import kotlin.random.Random

/** The text that [bytes] are by the JDK's own strict decoder; null if they are not UTF-8. */
internal fun strictlyDecoded(bytes: ByteArray): String? =
    try {
        Charsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes))
            .toString()
    } catch (_: CharacterCodingException) {
        null
    }

/** [bytes] in up to eight pieces, empty ones among them. */
internal fun Random.cuts(bytes: ByteArray): List<ByteArray> {
    val cuts = List(nextInt(8)) { nextInt(bytes.size + 1) }.sorted()
    return (listOf(0) + cuts + bytes.size).zipWithNext { from, to -> bytes.copyOfRange(from, to) }
}
