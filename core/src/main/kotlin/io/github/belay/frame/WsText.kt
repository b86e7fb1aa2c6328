package io.github.belay.frame

/**
 * Bytes that are known to be valid UTF-8: the proof that RFC 6455 section 5.6 asks of a text message, made once where
 * the bytes enter. Nothing is decoded before [toString] is called, and the result is not kept.
 */
public class WsText private constructor(
    /** The UTF-8 bytes. */
    public val bytes: WsBytes,
) {
    /** Length in bytes, not characters. */
    public val size: Int get() = bytes.size

    /** The decoded text; decodes anew on each call. */
    override fun toString(): String = bytes.decodeToString()

    override fun equals(other: Any?): Boolean = other is WsText && bytes == other.bytes

    override fun hashCode(): Int = bytes.hashCode()

    /** Makes texts; each way says who vouches for the UTF-8. */
    public companion object {
        /** The empty text. */
        @JvmField
        public val EMPTY: WsText = WsText(WsBytes.EMPTY)

        /** [text] as UTF-8. Throws [IllegalArgumentException] on an unpaired surrogate, which UTF-8 cannot carry. */
        @JvmStatic
        public fun of(text: String): WsText {
            // The encoder would replace one in silence, with a '?'.
            val unpaired = unpairedSurrogate(text)
            require(unpaired < 0) { "text must not contain an unpaired surrogate but has one at index $unpaired" }
            return WsText(WsBytes.wrap(text.toByteArray(Charsets.UTF_8)))
        }

        /** [bytes] if they are valid UTF-8, else null. */
        @JvmStatic
        public fun orNull(bytes: WsBytes): WsText? = if (Utf8Validator.isValid(bytes)) WsText(bytes) else null

        /** [bytes]; throws [IllegalArgumentException] unless they are valid UTF-8. */
        @JvmStatic
        public fun checked(bytes: WsBytes): WsText =
            requireNotNull(orNull(bytes)) { "bytes must be valid UTF-8 but are not (${bytes.size} bytes)" }

        /** [bytes], with the caller vouching that they are valid UTF-8. Nothing is checked. */
        @JvmStatic
        public fun unchecked(bytes: WsBytes): WsText = WsText(bytes)

        private fun unpairedSurrogate(text: String): Int {
            var index = 0
            while (index < text.length) {
                val char = text[index]
                val paired = char.isHighSurrogate() && index + 1 < text.length && text[index + 1].isLowSurrogate()
                if (char.isSurrogate() && !paired) return index
                index += if (paired) 2 else 1
            }
            return -1
        }
    }
}
