package io.github.belay.transport

import java.net.URI
import java.net.URISyntaxException

/**
 * A `ws:` or `wss:` address (RFC 6455 section 3), checked when it is made.
 *
 * Query and path may carry a token: [toString] shows `***` in their place, and no error message repeats the input.
 */
public class WsUrl private constructor(
    /** True for `wss`. */
    public val isSecure: Boolean,
    /** Host name or IP literal, without the brackets of IPv6. */
    public val host: String,
    /** Port; 80 for `ws` and 443 for `wss` unless the address names one. */
    public val port: Int,
    /** Path and query as they go on the request line; at least `/`. */
    public val target: String,
) {
    private val hostInUrl: String get() = if (':' in host) "[$host]" else host

    /** The whole address. For the transport only: it may hold secrets. */
    public fun reveal(): String = "$scheme://$hostInUrl:$port$target"

    /** `ws` or `wss`. */
    public val scheme: String get() = if (isSecure) "wss" else "ws"

    override fun equals(other: Any?): Boolean = other is WsUrl && reveal() == other.reveal()

    override fun hashCode(): Int = reveal().hashCode()

    /** Scheme, host and port; path and query are masked. */
    override fun toString(): String = "$scheme://$hostInUrl:$port/" + if (target == "/") "" else "***"

    /** Reads addresses. */
    public companion object {
        private const val DEFAULT_PORT = 80
        private const val DEFAULT_SECURE_PORT = 443
        private const val MAX_ASCII = 0x7F
        private val PORTS = 1..65_535

        /**
         * Reads [url]. Throws [IllegalArgumentException], naming the rule and never the input, unless it is an absolute
         * ASCII `ws:` or `wss:` address with a host, without user-info (credentials belong into a header) and without a
         * fragment (RFC 6455 section 3 forbids it).
         */
        @JvmStatic
        public fun parse(url: String): WsUrl {
            // A character beyond ASCII could become CR or LF where the request line is encoded.
            require(url.all { it.code <= MAX_ASCII }) { "url must be ASCII; percent-encode what is not" }
            val uri = wellFormed(url)
            val scheme = uri.scheme?.lowercase()
            require(scheme == "ws" || scheme == "wss") { "url scheme must be ws or wss" }
            require(uri.rawUserInfo == null) { "url must not carry user-info; put credentials into a header" }
            require(uri.rawFragment == null) { "url must not carry a fragment" }
            val host = uri.host
            require(!host.isNullOrEmpty()) { "url must name a valid host and port" }
            require(uri.port == -1 || uri.port in PORTS) { "url port must be in $PORTS but was ${uri.port}" }
            val secure = scheme == "wss"
            val defaultPort = if (secure) DEFAULT_SECURE_PORT else DEFAULT_PORT
            val query = uri.rawQuery?.let { "?$it" }.orEmpty()
            return WsUrl(
                isSecure = secure,
                host = host.removeSurrounding("[", "]"),
                port = if (uri.port == -1) defaultPort else uri.port,
                target = uri.rawPath.ifEmpty { "/" } + query,
            )
        }

        @Suppress("SwallowedException") // As a cause it would repeat the address.
        private fun wellFormed(url: String): URI =
            try {
                URI(url)
            } catch (malformed: URISyntaxException) {
                throw IllegalArgumentException("url must be well formed but is not: ${malformed.reason}")
            }
    }
}
