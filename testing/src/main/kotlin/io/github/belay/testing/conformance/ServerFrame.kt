package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import java.io.ByteArrayOutputStream
import java.io.DataOutputStream

/** The forms of a payload length (RFC 6455 section 5.2). */
internal enum class LengthForm { SHORTEST, TWO_BYTES, EIGHT_BYTES }

/** One frame as the server puts it on the wire: right unless told otherwise. */
internal class ServerFrame(
    private val opcode: Int,
    private val payload: ByteArray = ByteArray(0),
    private val isFinal: Boolean = true,
    /** RSV1, RSV2 and RSV3 as a number of 0 to 7, RSV1 the highest. */
    private val reservedBits: Int = 0,
    private val lengthForm: LengthForm = LengthForm.SHORTEST,
    /** Other than null only where a server breaks the rule that it must not mask. */
    private val maskKey: ByteArray? = null,
) {
    fun toByteArray(): ByteArray {
        val bytes = ByteArrayOutputStream()
        val out = DataOutputStream(bytes)
        out.writeByte((if (isFinal) FINAL_BIT else 0) or (reservedBits shl RESERVED_SHIFT) or opcode)
        val maskBit = if (maskKey == null) 0 else MASK_BIT
        when {
            payload.size < TWO_BYTE_LENGTH && lengthForm == LengthForm.SHORTEST -> {
                out.writeByte(maskBit or payload.size)
            }

            payload.size <= MAX_TWO_BYTE_LENGTH && lengthForm != LengthForm.EIGHT_BYTES -> {
                out.writeByte(maskBit or TWO_BYTE_LENGTH)
                out.writeShort(payload.size)
            }

            else -> {
                out.writeByte(maskBit or EIGHT_BYTE_LENGTH)
                out.writeLong(payload.size.toLong())
            }
        }
        maskKey?.let(out::write)
        out.write(if (maskKey == null) payload else masked(payload, maskKey))
        return bytes.toByteArray()
    }

    internal companion object {
        const val FINAL_BIT = 0x80
        const val MASK_BIT = 0x80
        const val RESERVED_SHIFT = 4

        /** Values of the 7-bit length that announce a longer one. */
        const val TWO_BYTE_LENGTH = 126
        const val EIGHT_BYTE_LENGTH = 127
        const val MAX_TWO_BYTE_LENGTH = 0xFFFF

        /** [payload] under [key], or the other way round (RFC 6455 section 5.3). */
        fun masked(
            payload: ByteArray,
            key: ByteArray,
        ): ByteArray = ByteArray(payload.size) { (payload[it].toInt() xor key[it % key.size].toInt()).toByte() }

        /** A header of its own, with the long form of a length: what it announces never comes. */
        fun announcing(
            opcode: Int,
            bytes: Long,
        ): ByteArray {
            val header = ByteArrayOutputStream()
            DataOutputStream(header).run {
                writeByte(FINAL_BIT or opcode)
                writeByte(EIGHT_BYTE_LENGTH)
                writeLong(bytes)
            }
            return header.toByteArray()
        }
    }
}

internal fun text(
    payload: ByteArray,
    isFinal: Boolean = true,
) = ServerFrame(WsOpcode.TEXT, payload, isFinal)

internal fun text(
    payload: String,
    isFinal: Boolean = true,
) = text(payload.toByteArray(), isFinal)

internal fun binary(
    payload: ByteArray,
    isFinal: Boolean = true,
) = ServerFrame(WsOpcode.BINARY, payload, isFinal)

internal fun continuation(
    payload: ByteArray,
    isFinal: Boolean,
) = ServerFrame(WsOpcode.CONTINUATION, payload, isFinal)

internal fun continuation(
    payload: String,
    isFinal: Boolean,
) = continuation(payload.toByteArray(), isFinal)

internal fun ping(payload: ByteArray = ByteArray(0)) = ServerFrame(WsOpcode.PING, payload)

internal fun ping(payload: String) = ping(payload.toByteArray())

internal fun pong(payload: String = "") = ServerFrame(WsOpcode.PONG, payload.toByteArray())

/** A Close with [code], allowed or not, and [reason], UTF-8 or not. */
internal fun close(
    code: Int,
    reason: ByteArray = ByteArray(0),
) = ServerFrame(WsOpcode.CLOSE, byteArrayOf((code shr Byte.SIZE_BITS).toByte(), code.toByte()) + reason)
