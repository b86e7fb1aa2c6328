package io.github.belay.codec

/** Which end of a link a codec works for. They differ in who masks (RFC 6455 section 5.1). */
public enum class WsSide {
    /** Masks what it sends; a masked frame from the server is a violation. */
    CLIENT,

    /** Masks nothing; an unmasked frame from a client is a violation. */
    SERVER,
    ;

    /** The other one. */
    internal val peer: WsSide get() = if (this == CLIENT) SERVER else CLIENT
}
