package io.github.belay.transport

/**
 * Opens WebSocket links: bytes to whole messages and back, and nothing else. It never answers a ping, never reconnects
 * and never retries; all that is the connection's business.
 *
 * There is no suspend function here, so that a transport can be written in plain Java. Safe from any thread. One
 * instance serves any number of links.
 */
public interface WsTransport : AutoCloseable {
    /**
     * Starts to open a link and returns at once. [listener] hears of the outcome exactly once, by
     * [WsTransportListener.onOpen] or [WsTransportListener.onConnectFailed], within
     * [WsConnectRequest.connectTimeoutMillis], and never from within this call.
     * Throws [IllegalArgumentException] at once for what this transport cannot honour; its message is fit for a log.
     */
    public fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ): WsConnectAttempt

    /**
     * Throws [IllegalArgumentException], naming the limit, for what this transport could not honour in [request]. A
     * connection asks when it is made, so that nobody waits for an attempt to fail; one whose targets come from a
     * provider asks about all the rest, with `wss://localhost` for an address. By default everything is fine.
     */
    public fun check(request: WsConnectRequest) {}

    /** Releases threads and sockets that the transport owns; links still open are aborted. Idempotent. */
    override fun close()
}

/** An open under way. */
public fun interface WsConnectAttempt {
    /**
     * Gives up: the socket is closed and the listener hears nothing more. When [WsTransportListener.onOpen] wins the
     * race, it is the listener's to abort that session. Idempotent, safe from any thread, never blocks.
     */
    public fun cancel()
}
