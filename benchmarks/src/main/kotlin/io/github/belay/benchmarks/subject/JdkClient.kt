package io.github.belay.benchmarks.subject

import kotlinx.coroutines.future.await
import java.net.URI
import java.net.http.HttpClient
import java.net.http.WebSocket
import java.nio.ByteBuffer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage

/** `java.net.http`. One send may be under way at a time, so each waits for the one before. */
internal class JdkClient(
    trust: Trust,
) : Subject {
    private val client = HttpClient.newBuilder().sslContext(trust.context).build()

    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val link = JdkLink(receiver)
        link.socket = client.newWebSocketBuilder().buildAsync(URI(url), link.listener).get()
        return link
    }
}

private class JdkLink(
    private val receiver: Receiver,
) : Link {
    @Volatile
    lateinit var socket: WebSocket
    private var last: CompletableFuture<*> = CompletableFuture.completedFuture(Unit)

    /** What has come of a message whose end is missing. */
    private var size = 0
    private var first = 0

    val listener =
        object : WebSocket.Listener {
            override fun onOpen(webSocket: WebSocket) {
                socket = webSocket
                receiver.onOpen(this@JdkLink)
                webSocket.request(1)
            }

            override fun onText(
                webSocket: WebSocket,
                data: CharSequence,
                last: Boolean,
            ): CompletionStage<*>? {
                // The message as a String, as the other libraries give it.
                val text = data.toString()
                part(text.length, { text[0].code }, last)
                webSocket.request(1)
                return null
            }

            override fun onBinary(
                webSocket: WebSocket,
                data: ByteBuffer,
                last: Boolean,
            ): CompletionStage<*>? {
                part(data.remaining(), { data.get(data.position()).toInt() }, last)
                webSocket.request(1)
                return null
            }

            override fun onClose(
                webSocket: WebSocket,
                statusCode: Int,
                reason: String,
            ): CompletionStage<*>? {
                receiver.onLost(this@JdkLink)
                return null
            }

            override fun onError(
                webSocket: WebSocket,
                error: Throwable,
            ) = receiver.onLost(this@JdkLink)
        }

    private inline fun part(
        added: Int,
        firstOfPart: () -> Int,
        isLast: Boolean,
    ) {
        if (size == 0 && added > 0) first = firstOfPart()
        size += added
        if (!isLast) return
        val whole = size
        size = 0
        receiver.onMessage(this, whole, first)
    }

    private fun start(message: Message): CompletableFuture<*> =
        synchronized(this) {
            val before = last
            val sent =
                if (before.isDone) write(message) else before.thenCompose { write(message) }
            sent.also { last = it }
        }

    private fun write(message: Message) = socket.sendBinary(ByteBuffer.wrap(message.bytes), true)

    override fun send(message: Message) {
        start(message)
    }

    override fun pump(
        message: Message,
        count: Long,
    ) {
        for (sent in 0 until count) start(message).join()
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) = repeat(count) { start(message).await() }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) = pump(message, count.toLong())

    override fun close() = socket.abort()
}
