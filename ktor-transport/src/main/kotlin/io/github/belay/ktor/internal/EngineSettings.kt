package io.github.belay.ktor.internal

import io.ktor.client.engine.ProxyConfig
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.plugins.HttpTimeoutConfig
import kotlinx.coroutines.CoroutineDispatcher
import java.net.Proxy
import javax.net.ssl.X509TrustManager

/**
 * What the user wants of the CIO engine, checked once, under what this transport cannot do without.
 *
 * A setting that would break a promise of the transport is refused when the transport is made; one that does not matter
 * to a WebSocket is overridden in silence. Throws [IllegalArgumentException], naming the setting.
 */
internal class EngineSettings(
    private val custom: CIOEngineConfig.() -> Unit,
) {
    /** The user's HTTP proxy; null for none. */
    val proxy: ProxyConfig?

    /** The user's name lookup; null for the platform's. */
    val lookup: (suspend (hostname: String) -> List<String>)?

    init {
        val wanted = CIOEngineConfig().apply(custom)
        requireHonourable(wanted)
        proxy = wanted.proxy?.takeIf { it.type() == Proxy.Type.HTTP }
        lookup = wanted.dnsResolver
    }

    /** Configures the engine of one client: first the user's settings, then those that win over them. */
    fun applyTo(
        engine: CIOEngineConfig,
        dispatcher: CoroutineDispatcher,
        tls: TlsIdentity?,
    ) {
        engine.custom()
        engine.dispatcher = dispatcher
        engine.proxy = proxy
        // Both count open WebSockets: the hundred-and-first would wait for a permit and time out.
        engine.maxConnectionsCount = Int.MAX_VALUE
        engine.endpoint.maxConnectionsPerRoute = Int.MAX_VALUE
        engine.pipelining = false
        engine.requestTimeout = 0
        // Names are looked up before the call, off the engine's threads.
        engine.dnsResolver = null
        if (tls != null) {
            engine.https.trustManager = tls.trust
            engine.https.serverName = tls.serverName
        }
    }

    private companion object {
        @Suppress("ThrowsCount") // One line for each setting that cannot be honoured.
        fun requireHonourable(wanted: CIOEngineConfig) {
            val kind = wanted.proxy?.type() ?: Proxy.Type.DIRECT
            require(
                kind != Proxy.Type.SOCKS,
            ) { "engine.proxy must not be SOCKS: the CIO engine would connect directly instead" }
            require(wanted.dispatcher == null) {
                "engine.dispatcher must not be set: the transport has threads of its own and gives them back when closed"
            }
            require(wanted.endpoint.connectAttempts == 1) {
                "engine.endpoint.connectAttempts must be 1 but was ${wanted.endpoint.connectAttempts}: retrying is the connection's part"
            }
            require(wanted.endpoint.socketTimeout == HttpTimeoutConfig.INFINITE_TIMEOUT_MS) {
                "engine.endpoint.socketTimeout must not be set: it would end a quiet link without a word; use a heartbeat"
            }
            require(!wanted.endpoint.allowHalfClose) {
                "engine.endpoint.allowHalfClose must be false: it would close the sending side after the handshake"
            }
            require(
                wanted.https.trustManager == null,
            ) { "engine.https.trustManager must not be set: use WsTlsConfig.trusting" }
            require(
                wanted.https.serverName == null,
            ) { "engine.https.serverName must not be set: it is the host of the URL" }
            for (certificate in wanted.https.certificates) {
                val algorithm =
                    certificate.certificateChain
                        .firstOrNull()
                        ?.publicKey
                        ?.algorithm
                require(algorithm == "RSA") {
                    "engine.https certificates must have RSA keys but one has ${algorithm ?: "none"}: Ktor would not send it"
                }
            }
        }
    }
}

/** Whom the clients of one host trust, and by which name they ask for it. */
internal class TlsIdentity(
    val trust: X509TrustManager,
    val serverName: String,
)
