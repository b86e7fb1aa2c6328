package io.github.belay.ktor.internal

import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsServerNames
import java.net.Proxy
import java.net.ProxySelector
import java.net.URI

/**
 * What of a request Ktor cannot honour. Throws [IllegalArgumentException], naming the limit, so that nobody believes to
 * have what he has not.
 */
internal fun requireHonourable(
    request: WsConnectRequest,
    settings: EngineSettings,
) {
    val url = request.url
    require(
        settings.proxy == null || url.isSecure,
    ) { "engine.proxy must be used with wss: Ktor opens no tunnel for ws" }
    require(settings.proxy != null || !isProxied(request)) {
        "the JVM's ProxySelector must not name a proxy for ${url.host}: Ktor would use it in its own way; set engine.proxy"
    }
    require(request.compression == null) { "compression must not be set: this transport does not compress" }
    WsServerNames.addressOf(url.host)
    for ((name, value) in request.headers.entries) {
        require(!name.equals("Expect", ignoreCase = true)) { "header Expect must not be set: Ktor drops it" }
        require(
            value.all { it.code < FIRST_NON_ASCII },
        ) { "value of header $name must be ASCII: Ktor would send it as UTF-8" }
    }
}

private fun isProxied(request: WsConnectRequest): Boolean {
    val selector = ProxySelector.getDefault() ?: return true
    // Without path and query: they are nobody's business here.
    val place = URI(request.url.scheme, null, request.url.host, request.url.port, null, null, null)
    return selector.select(place).orEmpty().any { it.type() != Proxy.Type.DIRECT }
}

private const val FIRST_NON_ASCII = 0x80
