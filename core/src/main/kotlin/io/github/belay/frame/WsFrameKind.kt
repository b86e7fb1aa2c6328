package io.github.belay.frame

/** The five kinds of message that cross the wire (RFC 6455 section 5.2, opcodes 1, 2, 8, 9 and 10). */
public enum class WsFrameKind(
    /** True for the kinds of RFC 6455 section 5.5: at most 125 bytes, never fragmented. */
    public val isControl: Boolean,
) {
    /** A whole text message; its payload is valid UTF-8. */
    TEXT(isControl = false),

    /** A whole binary message. */
    BINARY(isControl = false),

    /** A ping; it obliges the receiver to answer with a pong. */
    PING(isControl = true),

    /** A pong, asked for or not. */
    PONG(isControl = true),

    /** The last frame of a direction. */
    CLOSE(isControl = true),
}
