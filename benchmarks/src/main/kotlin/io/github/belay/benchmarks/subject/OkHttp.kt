package io.github.belay.benchmarks.subject

import kotlinx.coroutines.yield
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.Response
import okhttp3.WebSocket
import okhttp3.WebSocketListener
import okio.ByteString
import okio.ByteString.Companion.toByteString
import java.time.Duration
import java.util.concurrent.CompletableFuture

/** OkHttp. Each link has a reader thread; writes go through a queue that knows no back pressure but its own size. */
internal class OkHttp(
    trust: Trust,
) : Subject {
    private val client =
        OkHttpClient
            .Builder()
            .sslSocketFactory(trust.context.socketFactory, trust.manager)
            .readTimeout(Duration.ZERO)
            .build()
            .apply {
                dispatcher.maxRequests = Int.MAX_VALUE
                dispatcher.maxRequestsPerHost = Int.MAX_VALUE
            }

    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val link = OkHttpLink(receiver)
        client.newWebSocket(Request.Builder().url(url.replaceFirst("ws", "http")).build(), link.listener)
        return link.opened.get()
    }

    override fun close() {
        client.dispatcher.executorService.shutdown()
        client.connectionPool.evictAll()
    }
}

private class OkHttpLink(
    private val receiver: Receiver,
) : Link {
    val opened = CompletableFuture<OkHttpLink>()

    @Volatile
    private var socket: WebSocket? = null
    private val ready: WebSocket get() = checkNotNull(socket)

    val listener =
        object : WebSocketListener() {
            override fun onOpen(
                webSocket: WebSocket,
                response: Response,
            ) {
                socket = webSocket
                receiver.onOpen(this@OkHttpLink)
                opened.complete(this@OkHttpLink)
            }

            override fun onMessage(
                webSocket: WebSocket,
                text: String,
            ) = receiver.onMessage(this@OkHttpLink, text.length, text[0].code)

            override fun onMessage(
                webSocket: WebSocket,
                bytes: ByteString,
            ) = receiver.onMessage(this@OkHttpLink, bytes.size, bytes[0].toInt())

            override fun onClosing(
                webSocket: WebSocket,
                code: Int,
                reason: String,
            ) = receiver.onLost(this@OkHttpLink)

            override fun onFailure(
                webSocket: WebSocket,
                t: Throwable,
                response: Response?,
            ) {
                opened.completeExceptionally(t)
                receiver.onLost(this@OkHttpLink)
            }
        }

    private var form: ByteString = ByteString.EMPTY

    /** OkHttp's own form, made once for each size. */
    private fun formOf(message: Message): ByteString {
        if (form.size != message.size) form = message.bytes.toByteString()
        return form
    }

    override fun send(message: Message) = check(ready.send(formOf(message))) { "refused" }

    override fun pump(
        message: Message,
        count: Long,
    ) {
        for (sent in 0 until count) {
            while (isFull()) Thread.yield()
            send(message)
        }
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) = repeat(count) {
        while (isFull()) yield()
        send(message)
    }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) = pump(message, count.toLong())

    /** OkHttp closes the link at 16 MiB. */
    private fun isFull() = ready.queueSize() > MAX_QUEUED_BYTES

    override fun close() = ready.cancel()

    private companion object {
        const val MAX_QUEUED_BYTES = 1_000_000
    }
}
