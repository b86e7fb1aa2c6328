package io.github.belay.codec

/** The opcodes that RFC 6455 section 5.2 defines; the other ten of 0 to 15 are reserved. */
public object WsOpcode {
    /** A further fragment of the message under way. */
    public const val CONTINUATION: Int = 0x0

    /** A text message, or its first fragment. */
    public const val TEXT: Int = 0x1

    /** A binary message, or its first fragment. */
    public const val BINARY: Int = 0x2

    /** A Close frame. */
    public const val CLOSE: Int = 0x8

    /** A ping. */
    public const val PING: Int = 0x9

    /** A pong. */
    public const val PONG: Int = 0xA
}
