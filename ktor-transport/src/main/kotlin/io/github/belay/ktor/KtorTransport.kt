package io.github.belay.ktor

import io.github.belay.ktor.internal.AddressLookup
import io.github.belay.ktor.internal.ClientPool
import io.github.belay.ktor.internal.KtorLink
import io.github.belay.ktor.internal.LinkOpening
import io.github.belay.ktor.internal.place
import io.github.belay.ktor.internal.requireHonourable
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import org.slf4j.LoggerFactory
import java.util.concurrent.ConcurrentHashMap

/**
 * WebSocket links over the Ktor client with its CIO engine.
 *
 * One instance serves any number of links, to any number of hosts, and is to be closed when no longer needed. Links to
 * one host and port share a Ktor client, which lives as long as they do. The listener is called on threads of
 * `kotlinx.coroutines`' shared I/O pool, one at a time for each link; there is no loop to run tasks on.
 *
 * TLS is Ktor's own: version 1.2 only. Chain and host name are checked strictly, beyond what Ktor does. What else this
 * transport can and cannot do, rule by rule, is in `docs/transports.md`.
 *
 * Throws [IllegalArgumentException] when made with an engine setting that cannot be honoured.
 */
public class KtorTransport
    @JvmOverloads
    constructor(
        configure: KtorTransportBuilder.() -> Unit = {},
    ) : WsTransport {
        private val settings = KtorTransportBuilder().apply(configure).build()
        private val scope =
            CoroutineScope(
                SupervisorJob() +
                    CoroutineExceptionHandler { _, thrown -> log.error("A link broke inside: {}", thrown.place()) },
            )
        private val pool = ClientPool(settings)
        private val lookup = AddressLookup(scope, settings.lookup)

        /** Links that are opening or open. A link takes itself out after the last call of its listener. */
        private val links = ConcurrentHashMap.newKeySet<KtorLink>()

        @Volatile
        private var isClosed = false

        override fun check(request: WsConnectRequest): Unit = requireHonourable(request, settings)

        /**
         * Starts to open a link; the contract is that of [WsTransport.connect].
         *
         * Addresses of the host are tried one after the other. Throws [IllegalArgumentException] for what Ktor cannot
         * honour: `ws` through a proxy, a proxy that only the JVM's `ProxySelector` knows, the header `Expect`,
         * header values beyond ASCII, an IPv6 zone. After [close] every open fails.
         */
        override fun connect(
            request: WsConnectRequest,
            listener: WsTransportListener,
        ): WsConnectAttempt {
            check(request)
            if (request.url.isSecure && !request.tls.validateCerts) {
                log.warn(
                    "TLS without validation: anybody on the path to {} can read and change everything",
                    request.url,
                )
            }
            val link =
                KtorLink(scope, listener, request) {
                    // However late it was closed: a closed transport opens nothing.
                    if (isClosed) throw CancellationException("the transport is closed")
                    LinkOpening(it, request, settings, pool, lookup)
                }
            link.start(onOver = { links -= link })
            links += link
            // It may have come to its end, and the transport to its own, before it was there to be found.
            if (link.isOver) links -= link
            if (isClosed) link.abort()
            return link
        }

        /**
         * Aborts all links and gives up all opens, whose listeners hear of a failure. Returns at once; sockets and
         * threads are released within moments. Idempotent.
         */
        override fun close() {
            isClosed = true
            links.forEach { it.abort() }
        }

        private companion object {
            val log = LoggerFactory.getLogger(KtorTransport::class.java)
        }
    }
