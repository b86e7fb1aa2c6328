package io.github.belay.frame

/**
 * One whole message, or one control frame, that its holder owns: nothing of it is borrowed, so it may be kept and
 * shared between threads. Fragments are never seen here; the codec joins them.
 */
public sealed class WsFrame {
    /** Which kind this is; for code that would rather switch than match on the type. */
    public abstract val kind: WsFrameKind

    /** The payload as it stands on the wire, unmasked and not compressed. */
    public abstract val payload: WsBytes

    /** A text message. */
    public class Text(
        /** The text, proved to be UTF-8. */
        public val text: WsText,
    ) : WsFrame() {
        override val kind: WsFrameKind get() = WsFrameKind.TEXT
        override val payload: WsBytes get() = text.bytes
    }

    /** A binary message. */
    public class Binary(
        override val payload: WsBytes,
    ) : WsFrame() {
        override val kind: WsFrameKind get() = WsFrameKind.BINARY
    }

    /** A ping with at most [MAX_CONTROL_BYTES] bytes. */
    public class Ping(
        override val payload: WsBytes,
    ) : WsFrame() {
        override val kind: WsFrameKind get() = WsFrameKind.PING

        init {
            requireControlSize(payload)
        }
    }

    /** A pong with at most [MAX_CONTROL_BYTES] bytes. */
    public class Pong(
        override val payload: WsBytes,
    ) : WsFrame() {
        override val kind: WsFrameKind get() = WsFrameKind.PONG

        init {
            requireControlSize(payload)
        }
    }

    /** A Close frame. */
    public class Close(
        /** What it says. */
        public val close: WsCloseFrame,
    ) : WsFrame() {
        override val kind: WsFrameKind get() = WsFrameKind.CLOSE
        override val payload: WsBytes get() = close.payload()
    }

    override fun equals(other: Any?): Boolean = other is WsFrame && kind == other.kind && payload == other.payload

    override fun hashCode(): Int = kind.hashCode() * HASH_FACTOR + payload.hashCode()

    /** Kind and size; the payload stays out, since this may end in a log. */
    override fun toString(): String = "$kind(${payload.size} bytes)"

    /** Makes frames. The kind is always stated, never guessed from the bytes. */
    public companion object {
        private const val HASH_FACTOR = 31

        /** Payload limit of Ping, Pong and Close (RFC 6455 section 5.5). */
        public const val MAX_CONTROL_BYTES: Int = 125

        /** A text message; throws [IllegalArgumentException] on an unpaired surrogate. */
        @JvmStatic
        public fun text(text: String): WsFrame = Text(WsText.of(text))

        /** A text message. */
        @JvmStatic
        public fun text(text: WsText): WsFrame = Text(text)

        /** A binary message over [bytes] without a copy: the caller gives the array away. */
        @JvmStatic
        public fun binary(bytes: ByteArray): WsFrame = Binary(WsBytes.wrap(bytes))

        /** A binary message. */
        @JvmStatic
        public fun binary(bytes: WsBytes): WsFrame = Binary(bytes)

        /** A ping; throws [IllegalArgumentException] above [MAX_CONTROL_BYTES]. */
        @JvmStatic
        @JvmOverloads
        public fun ping(payload: WsBytes = WsBytes.EMPTY): WsFrame = Ping(payload)

        /** A pong; throws [IllegalArgumentException] above [MAX_CONTROL_BYTES]. */
        @JvmStatic
        @JvmOverloads
        public fun pong(payload: WsBytes = WsBytes.EMPTY): WsFrame = Pong(payload)

        /** A Close frame; the rules are those of [WsCloseFrame.of]. */
        @JvmStatic
        @JvmOverloads
        public fun close(
            code: Int = CloseCode.NORMAL,
            reason: String = "",
        ): WsFrame = Close(WsCloseFrame.of(code, reason))

        private fun requireControlSize(payload: WsBytes) {
            require(payload.size <= MAX_CONTROL_BYTES) {
                "control payload must take at most $MAX_CONTROL_BYTES bytes but takes ${payload.size}"
            }
        }
    }
}
