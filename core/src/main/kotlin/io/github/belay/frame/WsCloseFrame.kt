package io.github.belay.frame

/**
 * What a Close frame says (RFC 6455 section 5.5.1).
 *
 * [code] is [CloseCode.NO_STATUS] for a frame without a payload; [reason] is then empty. At most 123 bytes of reason
 * fit beside the code.
 */
public class WsCloseFrame private constructor(
    /** The close code; [CloseCode.NO_STATUS] when the frame carries none. */
    public val code: Int,
    /** The reason, meant for people and logs; up to [MAX_REASON_BYTES]. */
    public val reason: WsText,
) {
    /** The payload as it stands on the wire: nothing, or two bytes of code in network order and then the reason. */
    public fun payload(): WsBytes {
        if (code == CloseCode.NO_STATUS) return WsBytes.EMPTY
        val payload = ByteArray(CODE_BYTES + reason.size)
        payload[0] = (code shr Byte.SIZE_BITS).toByte()
        payload[1] = code.toByte()
        reason.bytes.copyInto(payload, CODE_BYTES)
        return WsBytes.wrap(payload)
    }

    override fun equals(other: Any?): Boolean = other is WsCloseFrame && code == other.code && reason == other.reason

    override fun hashCode(): Int = code * HASH_FACTOR + reason.hashCode()

    override fun toString(): String = "code=$code reason=${reason.toString().forLog()}"

    /** Makes close frames that are allowed on the wire. */
    public companion object {
        private const val CODE_BYTES = 2
        private const val HASH_FACTOR = 31

        /** Bytes of UTF-8 that fit into a Close frame beside the code. */
        public const val MAX_REASON_BYTES: Int = 123

        /** A Close frame without code and reason. */
        @JvmField
        public val EMPTY: WsCloseFrame = WsCloseFrame(CloseCode.NO_STATUS, WsText.EMPTY)

        /**
         * A Close frame with [code] and [reason]. Throws [IllegalArgumentException] if the code must not be sent
         * ([CloseCode.isAllowedOnWire]) or the reason takes more than [MAX_REASON_BYTES] bytes.
         */
        @JvmStatic
        @JvmOverloads
        public fun of(
            code: Int,
            reason: String = "",
        ): WsCloseFrame {
            require(CloseCode.isAllowedOnWire(code)) { "close code must be allowed on the wire but was $code" }
            val text = WsText.of(reason)
            require(text.size <= MAX_REASON_BYTES) {
                "close reason must take at most $MAX_REASON_BYTES bytes but takes ${text.size}"
            }
            return WsCloseFrame(code, text)
        }

        /**
         * What [payload] says, or the violation that it is: one byte alone or a code that is not allowed is a protocol
         * error, a reason that is not UTF-8 is an invalid payload (RFC 6455 sections 5.5.1, 7.4.1, 8.1).
         */
        internal fun parse(payload: WsBytes): WsCloseFrame {
            if (payload.size == 0) return EMPTY
            if (payload.size < CODE_BYTES) fail(CloseCode.PROTOCOL_ERROR, "close payload must not be 1 byte")
            val code = (payload[0].toInt() and BYTE_MASK shl Byte.SIZE_BITS) or (payload[1].toInt() and BYTE_MASK)
            if (!CloseCode.isAllowedOnWire(code)) {
                fail(CloseCode.PROTOCOL_ERROR, "close code must be allowed on the wire but was $code")
            }
            val reason =
                WsText.orNull(payload.slice(CODE_BYTES, payload.size))
                    ?: fail(CloseCode.INVALID_PAYLOAD, "close reason must be UTF-8 but is not")
            return WsCloseFrame(code, reason)
        }

        private const val BYTE_MASK = 0xFF
    }
}
