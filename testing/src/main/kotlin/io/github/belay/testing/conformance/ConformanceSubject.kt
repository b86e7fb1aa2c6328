package io.github.belay.testing.conformance

import io.github.belay.frame.WsDeflateConfig
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransport

/** What the cases are run against. */
public fun interface ConformanceSubject {
    /** The transport; one serves all cases. Whoever runs the cases closes it. */
    public fun newTransport(): WsTransport

    /** True if the transport speaks permessage-deflate (RFC 7692). Otherwise the cases that need it are unsupported. */
    public fun supportsDeflate(): Boolean = false

    /**
     * [request] with permessage-deflate to be offered as [offer] says, for messages of every size. Called only if
     * [supportsDeflate]; a transport that is told in another way than by [WsConnectRequest.compression] overrides it.
     */
    public fun withDeflate(
        request: WsConnectRequest,
        offer: DeflateOffer,
    ): WsConnectRequest =
        WsConnectRequest(
            request.url,
            request.headers,
            request.subprotocols,
            request.connectTimeoutMillis,
            request.buffers,
            request.tls,
            WsDeflateConfig(
                offer.serverNoContextTakeover,
                offer.clientNoContextTakeover,
                offer.serverMaxWindowBits,
                minBytes = 0,
            ),
        )
}

/**
 * The parameters of permessage-deflate that one case needs (RFC 7692 section 7.1): the client has to offer them, and the
 * server agrees to each. The client's window is never limited here: the platform's inflater could not tell who keeps to it.
 */
public class DeflateOffer internal constructor(
    /** The server begins each message with an empty window. */
    public val serverNoContextTakeover: Boolean = false,
    /** The client does. */
    public val clientNoContextTakeover: Boolean = false,
    /** Limit of the server's window as a power of two; null for no parameter, which means 15. */
    public val serverMaxWindowBits: Int? = null,
) {
    /** Names of the parameters, each with its value or with null. */
    internal val parameters: List<Pair<String, Int?>> =
        listOfNotNull(
            ("server_no_context_takeover" to null).takeIf { serverNoContextTakeover },
            ("client_no_context_takeover" to null).takeIf { clientNoContextTakeover },
            serverMaxWindowBits?.let { "server_max_window_bits" to it },
        )

    /** The value of `Sec-WebSocket-Extensions` that says all this. */
    public fun toHeaderValue(): String =
        (listOf(NAME) + parameters.map { (name, value) -> if (value == null) name else "$name=$value" })
            .joinToString("; ")

    override fun toString(): String = toHeaderValue()

    internal companion object {
        const val NAME = "permessage-deflate"
    }
}
