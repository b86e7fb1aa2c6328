package io.github.belay.testing.conformance

/**
 * The groups of the conformance cases, numbered in the way that has become usual for tests of WebSocket clients; 8 and 11
 * have never been in use.
 */
@Suppress("MagicNumber") // Each stands beside what it numbers.
public enum class ConformanceGroup(
    /** What the ids of its cases begin with. */
    public val number: Int,
    /** For people. */
    public val title: String,
) {
    /** Lengths around the borders of their three forms (RFC 6455 section 5.2). */
    FRAMING(1, "Framing"),

    /** Pings and pongs (RFC 6455 sections 5.5.2 and 5.5.3). */
    PING_PONG(2, "Ping and pong"),

    /** Bits of the header that a server leaves at 0: reserved ones and the mask (RFC 6455 sections 5.1 and 5.2). */
    RESERVED_BITS(3, "Bits that must be 0"),

    /** The ten opcodes without a meaning (RFC 6455 section 5.2). */
    OPCODES(4, "Reserved opcodes"),

    /** Messages in several frames (RFC 6455 section 5.4). */
    FRAGMENTATION(5, "Fragmentation"),

    /** Text that is UTF-8, and text that is not (RFC 6455 section 8.1). */
    UTF8(6, "UTF-8"),

    /** The closing handshake (RFC 6455 sections 5.5.1 and 7). */
    CLOSE(7, "Closing handshake"),

    /** Large messages, many messages, and limits (RFC 6455 sections 5.2 and 10.4). */
    SIZES(9, "Sizes and limits"),

    /** A message that an intermediary has cut (RFC 6455 section 5.4). */
    CUT_ON_THE_WAY(10, "Fragmentation on the way"),

    /** permessage-deflate as it is without parameters (RFC 7692 section 7.2). */
    DEFLATE(12, "Compression"),

    /** permessage-deflate with its parameters (RFC 7692 section 7.1). */
    DEFLATE_PARAMETERS(13, "Compression with parameters"),
}
