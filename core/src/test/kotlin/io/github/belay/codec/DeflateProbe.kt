package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.fail
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.util.zip.Deflater
import java.util.zip.Inflater
import kotlin.random.Random

/** What every sender cuts off from a compressed message (RFC 7692 section 7.2.1). */
internal val deflateTail = byteArrayOf(0, 0, -1, -1)

/** Collects inflated bytes, at most [limit] of them, in rooms of at most [roomBytes]. */
internal class InflatedProbe(
    private val limit: Int = Int.MAX_VALUE - 1,
    private val roomBytes: Int = 64,
) : InflatedBytes {
    private val collected = ByteArrayOutputStream()
    private var room = ByteBuffer.allocate(0)

    /** All bytes that were ever put here. */
    val size: Int get() = collected.size()

    override fun room(): ByteBuffer {
        // Neither at index 0 nor up to the end, so that who writes outside is found out.
        room = ByteBuffer.allocate(roomBytes + 2)
        return room.position(1).limit(1 + minOf(roomBytes, limit + 1 - size))
    }

    override fun added(count: Int) {
        check(count in 1..room.limit() - 1) { "$count bytes added" }
        collected.write(room.array(), 1, count)
        if (size > limit) fail(1009, "a message must take at most $limit bytes but takes $size")
    }

    fun toByteArray(): ByteArray = collected.toByteArray()
}

/** The message of which the compressed payload is [payload], in [pieces]. */
internal fun MessageInflater.messageOf(
    payload: ByteArray,
    output: InflatedProbe = InflatedProbe(),
    pieces: (ByteArray) -> List<ByteBuffer> = { listOf(ByteBuffer.wrap(it)) },
): ByteArray {
    for (piece in pieces(payload)) inflate(piece, output)
    finish(output)
    return output.toByteArray()
}

/** Bytes written in hexadecimal with spaces between them, as in the examples of RFC 7692. */
internal fun bytesOf(hex: String): ByteArray = hex.split(' ').map { it.toInt(16).toByte() }.toByteArray()

internal fun ByteBuffer.toHex(): String = toBytes().joinToString(" ") { "%02x".format(it) }

/** The bytes from position to limit. */
internal fun ByteBuffer.toBytes(): ByteArray = ByteArray(remaining()).also { duplicate().get(it) }

internal fun MessageDeflater.payloadOf(message: ByteArray): ByteArray = deflate(WsBytes.wrap(message)).toBytes()

/** A peer that knows only zlib: what it makes of [message], flushed in [mode]. */
internal fun Deflater.peerPayloadOf(
    message: ByteArray,
    mode: Int = Deflater.SYNC_FLUSH,
): ByteArray {
    val out = ByteArray(message.size + 1_000)
    setInput(message)
    val size = deflate(out, 0, out.size, mode)
    check(size in deflateTail.size until out.size)
    check(out.copyOfRange(size - deflateTail.size, size).contentEquals(deflateTail))
    return out.copyOf(size - deflateTail.size)
}

/** A peer that knows only zlib: the message it finds in [payload]. */
internal fun Inflater.peerMessageOf(payload: ByteArray): ByteArray {
    val message = ByteArrayOutputStream()
    val out = ByteArray(1_000)
    setInput(payload + deflateTail)
    do {
        val count = inflate(out)
        message.write(out, 0, count)
    } while (count > 0 || !needsInput())
    return message.toByteArray()
}

/** Bytes that a compressor finds something in: words, runs and noise. */
internal fun Random.compressible(maxBytes: Int): ByteArray {
    val out = ByteArrayOutputStream()
    val size = nextInt(maxBytes + 1)
    while (out.size() < size) {
        when (nextInt(4)) {
            0 -> out.write(nextBytes(nextInt(20)))
            1 -> out.write(ByteArray(nextInt(300)) { 'x'.code.toByte() })
            else -> out.write("{\"price\":${nextInt(100)},\"side\":\"buy\"}".toByteArray())
        }
    }
    return out.toByteArray().copyOf(size)
}

/** [bytes] cut at random points, each piece somewhere in a heap, a read-only or a direct buffer. */
internal fun Random.inBuffers(bytes: ByteArray): List<ByteBuffer> {
    val cuts = List(nextInt(6)) { nextInt(bytes.size + 1) }.sorted()
    return (listOf(0) + cuts + listOf(bytes.size)).zipWithNext { from, to ->
        val before = nextInt(3)
        val capacity = before + (to - from) + nextInt(3)
        val buffer = if (nextBoolean()) ByteBuffer.allocate(capacity) else ByteBuffer.allocateDirect(capacity)
        buffer.position(before).put(bytes, from, to - from)
        buffer.limit(buffer.position()).position(before)
        if (nextInt(3) == 0) buffer.asReadOnlyBuffer() else buffer
    }
}
