package io.github.belay.testing.server

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import java.io.ByteArrayOutputStream
import java.io.DataOutputStream

internal const val OPCODE_CONTINUATION = 0

/** The opcode of RFC 6455 section 5.2. */
@Suppress("MagicNumber") // The numbers are that table.
internal val WsFrameKind.opcode: Int
    get() =
        when (this) {
            WsFrameKind.TEXT -> 1
            WsFrameKind.BINARY -> 2
            WsFrameKind.CLOSE -> 8
            WsFrameKind.PING -> 9
            WsFrameKind.PONG -> 10
        }

/** Frames as a server puts them on the wire: not masked (RFC 6455 section 5.2). Not thread-safe. */
internal class ServerFrameWriter {
    private val bytes = ByteArrayOutputStream()
    private val out = DataOutputStream(bytes)

    /** Everything added so far. */
    fun toByteArray(): ByteArray = bytes.toByteArray()

    fun add(frame: WsFrame): ServerFrameWriter = add(frame.kind.opcode, frame.payload, isFinal = true)

    /** One message of [kind] in as many frames as [parts], with [between] after the first. */
    fun addFragments(
        kind: WsFrameKind,
        parts: List<WsBytes>,
        between: WsFrame?,
    ): ServerFrameWriter {
        parts.forEachIndexed { index, part ->
            add(if (index == 0) kind.opcode else OPCODE_CONTINUATION, part, isFinal = index == parts.lastIndex)
            if (index == 0) between?.let(::add)
        }
        return this
    }

    fun addRaw(raw: WsBytes): ServerFrameWriter {
        out.write(raw.asByteArray())
        return this
    }

    private fun add(
        opcode: Int,
        payload: WsBytes,
        isFinal: Boolean,
    ): ServerFrameWriter {
        out.writeByte(if (isFinal) FINAL_BIT or opcode else opcode)
        when {
            payload.size < TWO_BYTE_LENGTH -> {
                out.writeByte(payload.size)
            }

            payload.size <= MAX_TWO_BYTE_LENGTH -> {
                out.writeByte(TWO_BYTE_LENGTH)
                out.writeShort(payload.size)
            }

            else -> {
                out.writeByte(EIGHT_BYTE_LENGTH)
                out.writeLong(payload.size.toLong())
            }
        }
        return addRaw(payload)
    }

    internal companion object {
        const val FINAL_BIT = 0x80

        /** Values of the 7-bit length that announce a longer one. */
        const val TWO_BYTE_LENGTH = 126
        const val EIGHT_BYTE_LENGTH = 127
        private const val MAX_TWO_BYTE_LENGTH = 0xFFFF
    }
}
