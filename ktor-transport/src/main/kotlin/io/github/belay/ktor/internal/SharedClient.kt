package io.github.belay.ktor.internal

import io.github.belay.transport.WsTlsConfig
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.websocket.WebSockets
import io.ktor.websocket.WebSocketSession
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import javax.net.ssl.X509TrustManager

/**
 * What links must have in common to share a client: the place and the trust.
 *
 * Ktor's trust belongs to a whole engine, and a strict one knows its host ([HostBoundTrust]); so clients are by host.
 */
internal data class ClientKey(
    val host: String,
    val port: Int,
    val isSecure: Boolean,
    val validateCerts: Boolean,
    /** By identity: trust managers have no equality of their own. */
    val trustManager: X509TrustManager?,
    /** The name to ask for in place of [host]; null for [host]. Only where nothing is validated. */
    val otherName: String? = null,
) {
    constructor(host: String, port: Int, tls: WsTlsConfig?) :
        this(host, port, tls != null, tls?.validateCerts ?: true, tls?.trustManager)
}

/** One Ktor client and its engine: one selector thread, shared by the links of one [ClientKey]. */
internal class SharedClient(
    val key: ClientKey,
    settings: EngineSettings,
) {
    /** What the server's certificate says, where nothing validates it; null elsewhere. */
    val blindTrust: BlindTrust? = if (key.isSecure && !key.validateCerts) BlindTrust() else null

    /** Links and opens under way. Under the pool's lock. */
    var links: Int = 0

    /** True once no further link may use it. Under the pool's lock. */
    var isRetired: Boolean = false

    /**
     * A view of the shared pool that grows beyond the pool's limit. The selector sits in one of its threads; with fewer
     * than two, every read would wait for the selector's pause of 500 ms to end.
     */
    private val threads =
        SessionThreads(
            Dispatchers.IO.limitedParallelism(
                maxOf(MIN_THREADS, Runtime.getRuntime().availableProcessors()),
                "belay-ktor",
            ),
        )

    private val made =
        lazy {
            HttpClient(CIO) {
                followRedirects = false
                expectSuccess = false
                useDefaultTransformers = false
                install(WebSockets) {
                    channels {
                        incoming = bounded(INCOMING_FRAMES)
                        outgoing = bounded(OUTGOING_FRAMES)
                    }
                }
                engine { settings.applyTo(this, threads, tlsIdentity()) }
            }
        }

    /** Made by the first open, on its thread. */
    val http: HttpClient by made

    /** Sets the frame limit of a link that is new, and lets Ktor begin to read, on [turns]. */
    fun startReading(
        session: WebSocketSession,
        maxFrameBytes: Int,
        turns: LinkTurns,
    ) {
        session.maxFrameSize = maxFrameBytes.toLong()
        threads.open(session, turns)
    }

    /** Ends the client and every socket left in it. */
    fun end() {
        if (!made.isInitialized()) return
        http.close()
        // What a peer that does not read keeps in a write is not waited for: only this takes it down.
        http.cancel()
        http.engine.cancel()
    }

    private fun tlsIdentity(): TlsIdentity? =
        if (key.isSecure) {
            TlsIdentity(
                trust = blindTrust ?: HostBoundTrust(key.host, key.trustManager ?: PlatformTrust.manager),
                serverName = TlsNames.addressOrName(key.otherName ?: key.host),
            )
        } else {
            null
        }

    private companion object {
        const val MIN_THREADS = 4

        /**
         * One more waits in memory at most ([ReaderTurns]), of any size that is allowed; a reset throws away what is
         * waiting. As many pass from one coroutine of Ktor's to the next at a time: of 100 B, 8 let 0.70 of Ktor's own
         * rate through, 16 let 0.90.
         */
        const val INCOMING_FRAMES = 16

        /** As many as Ktor takes out of it at once, and a batch of the connection's. */
        const val OUTGOING_FRAMES = 1024
    }
}
