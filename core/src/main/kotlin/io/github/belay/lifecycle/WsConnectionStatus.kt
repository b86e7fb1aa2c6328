package io.github.belay.lifecycle

/** Where a connection stands, as its user sees it. */
public enum class WsConnectionStatus {
    /** Down: never started, between attempts, or after a `disconnect`. */
    DISCONNECTED,

    /** An attempt is under way: handshake, authentication or replay. */
    CONNECTING,

    /** Ready for application writes: authenticated where asked, replayed, writer running. */
    CONNECTED,

    /** Ended for good. No status follows. */
    CLOSED,
}
