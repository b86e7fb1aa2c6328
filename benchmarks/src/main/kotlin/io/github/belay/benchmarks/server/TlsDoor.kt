package io.github.belay.benchmarks.server

import java.net.InetAddress
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLServerSocket
import javax.net.ssl.SSLSocket
import kotlin.concurrent.thread

/** Takes TLS connections in, a thread for each. Speaks 1.2, too, for Ktor speaks nothing newer. */
internal class TlsDoor(
    context: SSLContext,
) : AutoCloseable {
    private val door =
        context.serverSocketFactory.createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()) as SSLServerSocket

    val port: Int = door.localPort

    fun start() =
        thread(isDaemon = true, name = "tls-door") {
            while (!door.isClosed) {
                val socket = runCatching { door.accept() as SSLSocket }.getOrNull() ?: continue
                thread(isDaemon = true, name = "tls-serve") {
                    TlsWire(socket).use { wire ->
                        runCatching { greet(socket, wire) }
                    }
                }
            }
        }

    private fun greet(
        socket: SSLSocket,
        wire: Wire,
    ) {
        socket.tcpNoDelay = true
        val received = wire.buffer(Upgrade.MAX_BYTES)
        var upgrade: Upgrade? = null
        while (upgrade == null) {
            if (wire.read(received) < 0) return
            upgrade = Upgrade.parse(received)
        }
        wire.write(upgrade.answer())
        serve(wire, upgrade)
    }

    override fun close() = door.close()

    private companion object {
        const val BACKLOG = 64
    }
}
