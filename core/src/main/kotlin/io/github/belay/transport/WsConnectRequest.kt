package io.github.belay.transport

import io.github.belay.frame.WsDeflateConfig

/**
 * All that a transport needs to open one link. Immutable.
 *
 * Throws [IllegalArgumentException] when made with a header that the handshake owns (`Upgrade`, `Connection`, `Host`,
 * `Content-Length`, `Transfer-Encoding` or any `Sec-WebSocket-…`), with `Proxy-Authorization`, which is not for the
 * server, with a subprotocol that is not a token or is given twice (RFC 6455 section 4.1), or with a time limit below
 * 1 ms.
 */
public class WsConnectRequest
    @JvmOverloads
    constructor(
        /** Where to. */
        public val url: WsUrl,
        /** Lines to add to the handshake. */
        public val headers: WsHeaders = WsHeaders.EMPTY,
        subprotocols: List<String> = emptyList(),
        /** Limit for the whole open, name lookup to verified 101 response, in milliseconds. Default 10 s. */
        public val connectTimeoutMillis: Long = DEFAULT_CONNECT_TIMEOUT_MILLIS,
        /** Size limits of the link. */
        public val buffers: WsBuffers = WsBuffers(),
        /** Trust for `wss`. */
        public val tls: WsTlsConfig = WsTlsConfig.DEFAULT,
        /** What to offer for compressed messages (RFC 7692); null, the default, to offer nothing. */
        public val compression: WsDeflateConfig? = null,
    ) {
        /** Subprotocols to offer, most wanted first; a copy. A server may choose one of them or none. */
        public val subprotocols: List<String> = java.util.List.copyOf(subprotocols)

        init {
            headers.entries.forEach { (name, _) ->
                require(!isOwnedByHandshake(name)) { "header $name is set by the handshake and cannot be overridden" }
                // RFC 9110 section 11.7.2: it is for the next proxy alone, and a tunnel would carry it past that.
                require(!name.equals("Proxy-Authorization", ignoreCase = true)) {
                    "header $name must not be set: the server would get it; " +
                        "a transport takes its proxy's credentials itself"
                }
            }
            this.subprotocols.forEach {
                require(it.isNotEmpty() && it.all(WsHeaders::isTokenChar)) { "subprotocol must be a token but was not" }
            }
            require(this.subprotocols.toSet().size == this.subprotocols.size) { "subprotocols must not repeat" }
            require(connectTimeoutMillis >= 1) { "connectTimeoutMillis must be >= 1 but was $connectTimeoutMillis" }
        }

        /** Names of headers, address up to the port, number of subprotocols (some servers take credentials there). */
        override fun toString(): String =
            "WsConnectRequest(url=$url, headers=$headers, subprotocols=${subprotocols.size})"

        internal companion object {
            const val DEFAULT_CONNECT_TIMEOUT_MILLIS = 10_000L
            private val owned = setOf("upgrade", "connection", "host", "content-length", "transfer-encoding")

            fun isOwnedByHandshake(name: String): Boolean =
                name.lowercase().let { it in owned || it.startsWith("sec-websocket-") }
        }
    }
