package io.github.belay.codec

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsProtocolException
import java.io.ByteArrayOutputStream
import java.io.DataOutputStream
import java.nio.ByteBuffer

/** Bytes of one frame, written out by the test itself so that the codec is not its own judge (RFC 6455 section 5.2). */
internal class WireFrame(
    private val opcode: Int,
    private val payload: ByteArray = ByteArray(0),
    private val isFinal: Boolean = true,
    private val reservedBits: Int = 0,
    private val mask: ByteArray? = null,
    /** Bytes of the extended length field: 0, 2 or 8; the shortest that fits unless a test wants it wrong. */
    private val lengthBytes: Int =
        if (payload.size < 126) {
            0
        } else if (payload.size < 65_536) {
            2
        } else {
            8
        },
    private val announced: Long = payload.size.toLong(),
) {
    fun bytes(): ByteArray {
        val sink = ByteArrayOutputStream()
        val out = DataOutputStream(sink)
        out.writeByte((if (isFinal) 0x80 else 0) or (reservedBits shl 4) or opcode)
        val maskBit = if (mask == null) 0 else 0x80
        when (lengthBytes) {
            0 -> out.writeByte(maskBit or announced.toInt())
            2 -> out.run { writeByte(maskBit or 126) }.also { out.writeShort(announced.toInt()) }
            else -> out.run { writeByte(maskBit or 127) }.also { out.writeLong(announced) }
        }
        mask?.let(out::write)
        out.write(if (mask == null) payload else masked(payload, mask))
        return sink.toByteArray()
    }

    companion object {
        fun masked(
            payload: ByteArray,
            mask: ByteArray,
        ) = ByteArray(payload.size) { (payload[it].toInt() xor mask[it % 4].toInt()).toByte() }
    }
}

/** What a decoder showed, and the violation that ended it. */
internal class Decoded(
    val frames: List<WsFrame>,
    val violation: WsProtocolException?,
)

/** Feeds [pieces] one after the other, each from a buffer of its own that is spoiled afterwards. */
internal fun WsFrameDecoder.decodeAll(pieces: List<ByteArray>): Decoded {
    val frames = ArrayList<WsFrame>()
    for ((index, piece) in pieces.withIndex()) {
        // Heap and direct buffers, with bytes around that are none of the decoder's business.
        val room = piece.size + 7
        val buffer = if (index % 2 == 0) ByteBuffer.allocate(room) else ByteBuffer.allocateDirect(room)
        buffer
            .position(3)
            .put(piece)
            .flip()
            .position(3)
        try {
            decode(buffer) { frames += it.toFrame() }
        } catch (violation: WsProtocolException) {
            return Decoded(frames, violation)
        }
        check(!buffer.hasRemaining()) { "the decoder must take everything but left ${buffer.remaining()} bytes" }
        buffer.clear()
        while (buffer.hasRemaining()) buffer.put(0x5A)
    }
    return Decoded(frames, violation = null)
}

internal fun decoder(
    maxFrameBytes: Int = 200_000,
    maxMessageBytes: Int = 200_000,
    side: WsSide = WsSide.CLIENT,
) = WsFrameDecoder(maxFrameBytes, maxMessageBytes, side, deflate = null)

/** All of [frames] in one piece. */
internal fun decode(vararg frames: WireFrame): Decoded = decoder().decodeAll(listOf(wire(*frames)))

internal fun wire(vararg frames: WireFrame): ByteArray =
    frames.map(WireFrame::bytes).fold(ByteArray(0), ByteArray::plus)
