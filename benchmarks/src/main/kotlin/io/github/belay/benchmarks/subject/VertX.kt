package io.github.belay.benchmarks.subject

import io.vertx.core.Context
import io.vertx.core.Vertx
import io.vertx.core.VertxOptions
import io.vertx.core.buffer.Buffer
import io.vertx.core.http.WebSocket
import io.vertx.core.http.WebSocketClientOptions
import io.vertx.core.http.WebSocketConnectOptions
import io.vertx.core.net.TrustOptions
import kotlinx.coroutines.future.await
import java.net.URI
import java.util.concurrent.CompletableFuture

/** Vert.x on one event loop, natively where it can. */
internal class VertX(
    private val trust: Trust,
) : Subject {
    private val vertx = Vertx.vertx(VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1))
    private val context = vertx.orCreateContext
    private val client =
        vertx.createWebSocketClient(
            WebSocketClientOptions()
                .setTrustOptions(
                    TrustOptions.wrap(trust.manager),
                ).setMaxConnections(Short.MAX_VALUE.toInt()),
        )

    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val target = URI(url)
        val options =
            WebSocketConnectOptions()
                .setHost(target.host)
                .setPort(target.port)
                .setSsl(target.scheme == "wss")
                .setURI(target.rawPath + target.rawQuery?.let { "?$it" }.orEmpty())
        val opened = CompletableFuture<Link>()
        context.runOnContext {
            client
                .connect(
                    options,
                ).onComplete({ opened.complete(VertXLink(context, it, receiver)) }, opened::completeExceptionally)
        }
        return opened.get()
    }

    override fun close() {
        vertx
            .close()
            .toCompletionStage()
            .toCompletableFuture()
            .join()
    }
}

private class VertXLink(
    private val context: Context,
    private val socket: WebSocket,
    receiver: Receiver,
) : Link {
    init {
        socket.textMessageHandler { receiver.onMessage(this, it.length, it[0].code) }
        socket.binaryMessageHandler { receiver.onMessage(this, it.length(), it.getByte(0).toInt()) }
        socket.closeHandler { receiver.onLost(this) }
        receiver.onOpen(this)
    }

    override fun begin(task: () -> Unit) = context.runOnContext { task() }

    override fun send(message: Message) {
        socket.writeBinaryMessage(Buffer.buffer(message.bytes))
    }

    override fun pump(
        message: Message,
        count: Long,
    ) {
        var left = count
        while (left > 0 && !socket.writeQueueFull()) {
            send(message)
            left--
        }
        if (left > 0) socket.drainHandler { pump(message, left) }
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) {
        burst(message, count).await()
    }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) {
        burst(message, count).join()
    }

    /** Ends when the last of the burst went out. */
    private fun burst(
        message: Message,
        count: Int,
    ): CompletableFuture<Void> {
        repeat(count - 1) { send(message) }
        return socket.writeBinaryMessage(Buffer.buffer(message.bytes)).toCompletionStage().toCompletableFuture()
    }

    override fun close() {
        socket.close()
    }
}
