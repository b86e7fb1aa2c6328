package io.github.belay.testing.contract

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsHeaders
import kotlin.time.Duration

/** How a [ContractServer] answers one attempt to connect. */
public sealed interface ServerHandshake {
    /** A valid 101 response with [headers] added. [subprotocol] must be one that the client offered, or null for none. */
    public class Accept(
        /** The `Sec-WebSocket-Protocol` of the answer. */
        public val subprotocol: String? = null,
        /** Lines to add. */
        public val headers: WsHeaders = WsHeaders.EMPTY,
        /** Sent in one write with the answer, where there is a wire. */
        public val firstFrames: List<WsFrame> = emptyList(),
    ) : ServerHandshake

    /** A complete HTTP answer that is not 101; the connection is closed behind it. */
    public class Refuse(
        /** The HTTP status. */
        public val status: Int,
        /** Lines to add. */
        public val headers: WsHeaders = WsHeaders.EMPTY,
        /** The body, as UTF-8. */
        public val body: String = "",
    ) : ServerHandshake

    /** An answer that no client may take for a WebSocket. */
    public class Malformed(
        /** What is wrong with it. */
        public val fault: HandshakeFault,
    ) : ServerHandshake

    /** A valid 101 response, one byte every [interval]. */
    public class Drip(
        /** Time between two bytes. */
        public val interval: Duration,
    ) : ServerHandshake

    /** No answer; the connection stays open. */
    public data object Hang : ServerHandshake

    /** No answer; the connection is reset once the request is read. */
    public data object Reset : ServerHandshake
}

/** What can be wrong with an answer that looks like a successful handshake (RFC 6455 section 4.1, steps 2 to 6). */
public enum class HandshakeFault {
    /** Bytes that are not HTTP. */
    NOT_HTTP,

    /** `Upgrade` is missing. */
    NO_UPGRADE,

    /** `Connection` is missing. */
    NO_CONNECTION,

    /** `Sec-WebSocket-Accept` belongs to another key. */
    WRONG_ACCEPT,

    /** `Sec-WebSocket-Accept` is missing. */
    NO_ACCEPT,

    /** A subprotocol that the client did not offer. */
    UNOFFERED_SUBPROTOCOL,

    /** An extension that the client did not offer. */
    UNOFFERED_EXTENSION,
}
