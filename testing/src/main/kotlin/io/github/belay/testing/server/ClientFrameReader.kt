package io.github.belay.testing.server

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsText
import java.io.ByteArrayOutputStream
import java.io.DataInputStream
import java.io.InputStream
import java.net.ProtocolException

/**
 * Reads what a client sends, joins its fragments and is strict with it: a client's mistake ends the reading with a
 * [ProtocolException] that says which. Not thread-safe.
 */
internal class ClientFrameReader(
    input: InputStream,
    private val maxMessageBytes: Int,
) {
    private class Piece(
        val isFinal: Boolean,
        val opcode: Int,
        val payload: ByteArray,
    )

    private val input = DataInputStream(input)

    /** The message of which a fragment came and the last one not; null between messages. */
    private var unfinished: Pair<WsFrameKind, ByteArrayOutputStream>? = null

    /** The next whole message or control frame; null at the end of the stream. */
    fun read(): WsFrame? {
        while (true) {
            val piece = readPiece() ?: return null
            frameOf(piece)?.let { return it }
        }
    }

    private fun readPiece(): Piece? {
        val first = input.read()
        if (first < 0) return null
        val second = input.readUnsignedByte()
        demand(first and RESERVED_BITS == 0) { "the client set a reserved bit" }
        demand(second and MASK_BIT != 0) { "the client sent a frame without a mask" }
        val size =
            when (val short = second and LENGTH_BITS) {
                ServerFrameWriter.TWO_BYTE_LENGTH -> input.readUnsignedShort().toLong()
                ServerFrameWriter.EIGHT_BYTE_LENGTH -> input.readLong()
                else -> short.toLong()
            }
        demand(size in 0..maxMessageBytes) { "the client sent a frame of $size bytes; the limit is $maxMessageBytes" }
        val mask = ByteArray(MASK_BYTES).also(input::readFully)
        val payload = ByteArray(size.toInt()).also(input::readFully)
        for (index in payload.indices) {
            payload[index] = (payload[index].toInt() xor mask[index % MASK_BYTES].toInt()).toByte()
        }
        return Piece(first and ServerFrameWriter.FINAL_BIT != 0, first and OPCODE_BITS, payload)
    }

    /** The message that [piece] completes; null when more is to come. */
    private fun frameOf(piece: Piece): WsFrame? {
        val kind = WsFrameKind.entries.firstOrNull { it.opcode == piece.opcode }
        val before = unfinished
        return when {
            kind != null && kind.isControl -> {
                demand(piece.isFinal) { "the client fragmented a $kind" }
                frame(kind, piece.payload)
            }

            kind != null -> {
                demand(before == null) { "the client began a $kind inside another message" }
                if (piece.isFinal) frame(kind, piece.payload) else begin(kind, piece.payload)
            }

            else -> {
                demand(piece.opcode == OPCODE_CONTINUATION) { "the client used opcode ${piece.opcode}" }
                if (before == null) throw ProtocolException("the client continued nothing")
                goOn(before.first, before.second, piece)
            }
        }
    }

    private fun begin(
        kind: WsFrameKind,
        payload: ByteArray,
    ): WsFrame? {
        unfinished = kind to ByteArrayOutputStream().apply { writeBytes(payload) }
        return null
    }

    private fun goOn(
        kind: WsFrameKind,
        joined: ByteArrayOutputStream,
        piece: Piece,
    ): WsFrame? {
        demand(
            joined.size() <= maxMessageBytes - piece.payload.size,
        ) { "the client sent more than $maxMessageBytes bytes" }
        joined.writeBytes(piece.payload)
        if (!piece.isFinal) return null
        unfinished = null
        return frame(kind, joined.toByteArray())
    }

    private fun frame(
        kind: WsFrameKind,
        payload: ByteArray,
    ): WsFrame {
        val bytes = WsBytes.wrap(payload)
        return try {
            when (kind) {
                WsFrameKind.TEXT -> WsFrame.text(WsText.checked(bytes))
                WsFrameKind.BINARY -> WsFrame.binary(bytes)
                WsFrameKind.PING -> WsFrame.ping(bytes)
                WsFrameKind.PONG -> WsFrame.pong(bytes)
                WsFrameKind.CLOSE -> close(bytes)
            }
        } catch (broken: IllegalArgumentException) {
            throw ProtocolException("the client sent a bad $kind: ${broken.message}").initCause(broken)
        }
    }

    private fun close(payload: WsBytes): WsFrame {
        if (payload.size == 0) return WsFrame.Close(WsCloseFrame.EMPTY)
        demand(payload.size >= CODE_BYTES) { "the client sent a Close payload of one byte" }
        val code = (payload[0].toInt() and BYTE_MASK shl Byte.SIZE_BITS) or (payload[1].toInt() and BYTE_MASK)
        return WsFrame.close(code, WsText.checked(payload.slice(CODE_BYTES, payload.size)).toString())
    }

    private inline fun demand(
        kept: Boolean,
        rule: () -> String,
    ) {
        if (!kept) throw ProtocolException(rule())
    }

    internal companion object {
        private const val RESERVED_BITS = 0x70
        private const val OPCODE_BITS = 0x0F
        private const val MASK_BIT = 0x80
        private const val LENGTH_BITS = 0x7F
        private const val MASK_BYTES = 4
        private const val CODE_BYTES = 2
        private const val BYTE_MASK = 0xFF
    }
}
