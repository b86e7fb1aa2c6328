package io.github.belay.ktor.internal

import io.github.belay.transport.WsConnectRequest
import io.ktor.client.plugins.timeout
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.headers
import io.ktor.client.request.url
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import java.util.AbstractMap.SimpleImmutableEntry

/** Where one call connects to, which need not be the host of the URL, and how long it may wait for TCP. */
internal class UpgradeTarget(
    /** IP address, or the host itself when a proxy looks it up. */
    val address: String,
    /** Limit for TCP alone; the limit for the whole open stands outside the call. */
    val tcpLimitMillis: Long,
)

/** Puts [request] into Ktor's words. `Upgrade`, `Connection`, key and version are added by Ktor's plugin. */
internal fun HttpRequestBuilder.describe(
    request: WsConnectRequest,
    target: UpgradeTarget,
) {
    val wanted = request.url
    url("${wanted.scheme}://${target.address.inUrl()}:${wanted.port}${wanted.target}")
    timeout { connectTimeoutMillis = target.tcpLimitMillis }
    headers {
        append(
            HttpHeaders.Host,
            hostLineOf(wanted.host, wanted.port, defaultPort = if (wanted.isSecure) HTTPS_PORT else HTTP_PORT),
        )
        request.headers.entries.forEach { (name, value) -> append(name, value) }
        if (request.subprotocols.isNotEmpty()) {
            append(HttpHeaders.SecWebSocketProtocol, request.subprotocols.joinToString())
        }
    }
}

private fun hostLineOf(
    host: String,
    port: Int,
    defaultPort: Int,
): String = if (port == defaultPort) host.inUrl() else "${host.inUrl()}:$port"

private fun String.inUrl(): String = if (':' in this) "[$this]" else this

/** The header lines of an answer, as far as Ktor keeps them apart: of names that differ in case only the last is left. */
internal fun Headers.lines(): List<Map.Entry<String, String>> =
    entries().flatMap { (name, values) -> values.map { SimpleImmutableEntry(name, it) } }

private const val HTTP_PORT = 80
private const val HTTPS_PORT = 443
