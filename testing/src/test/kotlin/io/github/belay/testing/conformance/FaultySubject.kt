package io.github.belay.testing.conformance

import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransport

/** A subject with compression, whose transport makes one [mistake] or none. */
internal class FaultySubject(
    private val mistake: Mistake? = null,
) : ConformanceSubject {
    override fun newTransport(): WsTransport = FaultyTransport(mistake)

    override fun supportsDeflate(): Boolean = true

    override fun withDeflate(
        request: WsConnectRequest,
        offer: DeflateOffer,
    ): WsConnectRequest =
        WsConnectRequest(
            request.url,
            request.headers.with(FaultyTransport.OFFER, offer.toHeaderValue()),
            connectTimeoutMillis = request.connectTimeoutMillis,
            buffers = request.buffers,
        )
}
