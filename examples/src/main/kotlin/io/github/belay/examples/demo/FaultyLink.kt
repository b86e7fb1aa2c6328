package io.github.belay.examples.demo

import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketException
import java.util.concurrent.ConcurrentHashMap
import kotlin.concurrent.thread

/**
 * A TCP relay on loopback between client and market that can reset links, let them fall silent, and refuse connections:
 * what a network does, done to real sockets.
 */
internal class FaultyLink(
    private val target: InetSocketAddress,
) : AutoCloseable {
    private val relays = ConcurrentHashMap.newKeySet<Relay>()

    @Volatile
    private var listener: ServerSocket = listen(port = 0)

    /** Where clients connect; the same for the life of the link. */
    val port: Int = listener.localPort

    /** Resets every connection (RST). */
    fun reset() = relays.forEach(Relay::reset)

    /** Lets every connection that is open now fall silent: nothing crosses any more, and nobody is told. */
    fun silence() = relays.forEach { it.silent = true }

    /** Resets every connection and refuses new ones until [accept]. */
    fun refuse() {
        listener.close()
        reset()
    }

    /** Takes connections again. */
    fun accept() {
        if (listener.isClosed) listener = listen(port)
    }

    override fun close() {
        listener.close()
        reset()
    }

    private fun listen(port: Int): ServerSocket {
        val socket = ServerSocket()
        socket.reuseAddress = true
        socket.bind(InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        daemon("link-accept") {
            while (!socket.isClosed) {
                val client = socket.accept()
                try {
                    relay(client)
                } catch (_: IOException) {
                    // The market is not there: neither is this connection. The next one may find it.
                    client.close()
                }
            }
        }
        return socket
    }

    private fun relay(client: Socket) {
        val server = Socket(target.address, target.port)
        val relay = Relay(client, server)
        relays.add(relay)
        daemon("link-up") { relay.pump(client, server) }
        daemon("link-down") { relay.pump(server, client) }
    }

    private inner class Relay(
        private val client: Socket,
        private val server: Socket,
    ) {
        @Volatile
        var silent = false

        fun reset() {
            for (socket in listOf(client, server)) {
                try {
                    // Closing with a linger of 0 sends RST.
                    socket.setSoLinger(true, 0)
                    socket.close()
                } catch (_: SocketException) {
                    // Closed by its pump in this very moment: nothing is left to reset.
                }
            }
        }

        fun pump(
            from: Socket,
            to: Socket,
        ) {
            try {
                val buffer = ByteArray(BUFFER_BYTES)
                while (true) {
                    val count = from.getInputStream().read(buffer)
                    if (count < 0) break
                    if (!silent) to.getOutputStream().write(buffer, 0, count)
                }
            } finally {
                relays.remove(this)
                client.close()
                server.close()
            }
        }
    }

    /** A thread that ends when its sockets do. */
    private fun daemon(
        name: String,
        body: () -> Unit,
    ) {
        thread(isDaemon = true, name = name) {
            try {
                body()
            } catch (_: IOException) {
                // The socket was closed under it: that is how these threads end.
            }
        }
    }

    private companion object {
        const val BUFFER_BYTES = 16 * 1024
    }
}
