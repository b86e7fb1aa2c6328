package io.github.belay.ktor

import io.github.belay.ktor.internal.EngineSettings
import io.ktor.client.engine.cio.CIOEngineConfig

/** What can be chosen when a [KtorTransport] is made. Not thread-safe. */
public class KtorTransportBuilder internal constructor() {
    private var engine: CIOEngineConfig.() -> Unit = {}

    /**
     * Settings of the CIO engine, for what the transport itself has no word for: an HTTP proxy, a name resolver, client
     * certificates, cipher suites. [block] runs once for each Ktor client; of two calls the second adds to the first.
     *
     * What the transport needs wins over [block]: no limit on connections, no pipelining, its own threads. What would
     * break its contract is refused with an [IllegalArgumentException] when the transport is made: a dispatcher, a SOCKS
     * proxy, `connectAttempts`, `socketTimeout`, `allowHalfClose`, a trust manager or server name (trust is
     * [io.github.belay.transport.WsTlsConfig]'s), client certificates without RSA keys. Timeouts of requests and of
     * connecting do not apply: the time limit of an open is the request's.
     */
    public fun engine(block: CIOEngineConfig.() -> Unit) {
        val before = engine
        engine = {
            before()
            block()
        }
    }

    internal fun build(): EngineSettings = EngineSettings(engine)
}
