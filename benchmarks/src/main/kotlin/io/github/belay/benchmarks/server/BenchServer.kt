package io.github.belay.benchmarks.server

import io.github.belay.testing.server.LoopbackTls
import java.security.cert.X509Certificate

/** Flood, echo, sink and idle links on loopback, plain and over TLS with a certificate made for this run. */
internal class BenchServer : AutoCloseable {
    private val tls = LoopbackTls.selfSigned()
    private val plainDoor = DoorLoop()
    private val tlsDoor = TlsDoor(tls.serverContext)

    val port: Int get() = plainDoor.port
    val tlsPort: Int get() = tlsDoor.port
    val certificate: X509Certificate = requireNotNull(tls.clientTrust.trustManager).acceptedIssuers.single()

    fun start() {
        plainDoor.start()
        tlsDoor.start()
    }

    override fun close() {
        plainDoor.close()
        tlsDoor.close()
    }
}
