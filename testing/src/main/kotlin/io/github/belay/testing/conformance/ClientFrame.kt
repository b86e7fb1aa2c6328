package io.github.belay.testing.conformance

import io.github.belay.frame.WsFrameKind
import io.github.belay.testing.server.opcode
import java.io.DataInputStream
import java.io.IOException
import java.io.InputStream
import java.nio.ByteBuffer

/** One frame as the client put it on the wire. */
internal class ClientFrame(
    val opcode: Int,
    val isFinal: Boolean,
    /** RSV1, RSV2 and RSV3 as a number of 0 to 7, RSV1 the highest. */
    val reservedBits: Int,
    val isShortestLength: Boolean,
    /** Null if the frame came without a mask. */
    val maskKey: Int?,
    /** Unmasked. */
    val payload: ByteArray,
) {
    val isControl: Boolean get() = opcode >= FIRST_CONTROL_OPCODE

    override fun toString(): String {
        val name = WsFrameKind.entries.firstOrNull { it.opcode == opcode }?.name ?: "opcode $opcode"
        return "$name(${payload.size})"
    }

    internal companion object {
        private const val FIRST_CONTROL_OPCODE = 8
        private const val OPCODE_BITS = 0x0F
        private const val RESERVED_MASK = 7
        private const val LENGTH_BITS = 0x7F
        private const val MAX_PAYLOAD_BYTES = 64L * 1024 * 1024

        /** The next frame of [input], right or wrong, or null at its end. */
        fun read(input: InputStream): ClientFrame? {
            val first = input.read()
            if (first < 0) return null
            val data = DataInputStream(input)
            val second = data.readUnsignedByte()
            val short = second and LENGTH_BITS
            val size =
                when (short) {
                    ServerFrame.TWO_BYTE_LENGTH -> data.readUnsignedShort().toLong()
                    ServerFrame.EIGHT_BYTE_LENGTH -> data.readLong()
                    else -> short.toLong()
                }
            if (size !in 0..MAX_PAYLOAD_BYTES) throw IOException("the client announced a frame of $size bytes")
            val key =
                if (second and ServerFrame.MASK_BIT == 0) null else ByteArray(Int.SIZE_BYTES).also(data::readFully)
            val payload = ByteArray(size.toInt()).also(data::readFully)
            return ClientFrame(
                opcode = first and OPCODE_BITS,
                isFinal = first and ServerFrame.FINAL_BIT != 0,
                reservedBits = first shr ServerFrame.RESERVED_SHIFT and RESERVED_MASK,
                isShortestLength = short == shortestForm(size),
                maskKey = key?.let { ByteBuffer.wrap(it).int },
                payload = if (key == null) payload else ServerFrame.masked(payload, key),
            )
        }

        /** What the 7-bit length says in the shortest form for [size] bytes. */
        private fun shortestForm(size: Long): Int =
            when {
                size < ServerFrame.TWO_BYTE_LENGTH -> size.toInt()
                size <= ServerFrame.MAX_TWO_BYTE_LENGTH -> ServerFrame.TWO_BYTE_LENGTH
                else -> ServerFrame.EIGHT_BYTE_LENGTH
            }
    }
}
