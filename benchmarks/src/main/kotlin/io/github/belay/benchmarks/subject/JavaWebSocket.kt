package io.github.belay.benchmarks.subject

import kotlinx.coroutines.yield
import org.java_websocket.client.WebSocketClient
import org.java_websocket.handshake.ServerHandshake
import java.net.URI
import java.nio.ByteBuffer

/** TooTallNate's Java-WebSocket: a reader and a writer thread for each link, and an unbounded queue between. */
internal class JavaWebSocket(
    private val trust: Trust,
) : Subject {
    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val link = JavaWebSocketLink(URI(url), receiver)
        if (url.startsWith("wss")) link.client.setSocketFactory(trust.context.socketFactory)
        check(link.client.connectBlocking()) { "not opened" }
        return link
    }
}

private class JavaWebSocketLink(
    target: URI,
    receiver: Receiver,
) : Link {
    val client =
        object : WebSocketClient(target) {
            override fun onOpen(handshake: ServerHandshake) = receiver.onOpen(this@JavaWebSocketLink)

            override fun onMessage(message: String) =
                receiver.onMessage(this@JavaWebSocketLink, message.length, message[0].code)

            override fun onMessage(bytes: ByteBuffer) =
                receiver.onMessage(this@JavaWebSocketLink, bytes.remaining(), bytes.get(bytes.position()).toInt())

            override fun onClose(
                code: Int,
                reason: String?,
                remote: Boolean,
            ) = receiver.onLost(this@JavaWebSocketLink)

            override fun onError(error: Exception) = receiver.onLost(this@JavaWebSocketLink)
        }.apply {
            isTcpNoDelay = true
            connectionLostTimeout = 0
        }

    override fun send(message: Message) = client.send(message.bytes)

    override fun pump(
        message: Message,
        count: Long,
    ) {
        for (sent in 0 until count) {
            client.send(message.bytes)
            if (sent % LOOK_EVERY == LOOK_EVERY - 1L) while (client.hasBufferedData()) Thread.yield()
        }
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) {
        repeat(count) { client.send(message.bytes) }
        while (client.hasBufferedData()) yield()
    }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) = pump(message, count.toLong())

    override fun close() = client.connection.closeConnection(1000, "")

    private companion object {
        const val LOOK_EVERY = 4096
    }
}
