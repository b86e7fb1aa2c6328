package io.github.belay.testing.wire

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLServerSocket
import kotlin.concurrent.thread

/**
 * A server that behaves as badly as a test wants: [script] runs once for each connection, on a daemon thread of its
 * own, and has the bare socket in its hands. The connection ends with the script.
 */
class RawServer(
    private val tls: SSLContext? = null,
    host: String = "127.0.0.1",
    private val protocols: Array<String>? = null,
    /** Chosen by the system unless the test needs that of another address. */
    port: Int = 0,
    private val script: RawPeer.() -> Unit,
) : AutoCloseable {
    private val socket: ServerSocket = serverSocket(InetAddress.getByName(host), port)
    private val accepted = LinkedBlockingQueue<RawPeer>()
    private val peers = CopyOnWriteArrayList<RawPeer>()

    /** Opened when the server closes: what a script waits for that shall keep its connection. */
    val closing = CountDownLatch(1)

    val port: Int get() = socket.localPort

    init {
        thread(isDaemon = true, name = "raw-server") {
            try {
                while (true) serve(RawPeer(socket.accept(), this))
            } catch (_: IOException) {
                // closed
            }
        }
    }

    /** The next connection that came in. */
    fun awaitPeer(): RawPeer = checkNotNull(accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)) { "nobody connected" }

    val connections: Int get() = peers.size

    private fun serve(peer: RawPeer) {
        peers += peer
        accepted += peer
        thread(isDaemon = true, name = "raw-peer") {
            try {
                peer.use(script)
            } catch (_: IOException) {
                // The client ended the connection first.
            }
        }
    }

    private fun serverSocket(
        address: InetAddress,
        port: Int,
    ): ServerSocket {
        if (tls == null) return ServerSocket(port, BACKLOG, address)
        val secure = tls.serverSocketFactory.createServerSocket(port, BACKLOG, address) as SSLServerSocket
        return secure.apply { protocols?.let { enabledProtocols = it } }
    }

    override fun close() {
        closing.countDown()
        socket.close()
        peers.forEach { it.close() }
    }

    companion object {
        const val PATIENCE_SECONDS = 10L
        private const val BACKLOG = 50
    }
}
