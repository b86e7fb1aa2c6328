package io.github.belay.benchmarks.subject

import kotlinx.coroutines.future.await
import org.eclipse.jetty.client.HttpClient
import org.eclipse.jetty.util.ssl.SslContextFactory
import org.eclipse.jetty.websocket.api.Callback
import org.eclipse.jetty.websocket.api.Session
import org.eclipse.jetty.websocket.client.WebSocketClient
import java.net.URI
import java.nio.ByteBuffer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Semaphore

/** Jetty's client. A send ends in a callback; [WINDOW] are under way at most. */
internal class Jetty(
    trust: Trust,
) : Subject {
    private val client =
        WebSocketClient(
            HttpClient().apply {
                sslContextFactory = SslContextFactory.Client().apply { sslContext = trust.context }
                maxConnectionsPerDestination = Short.MAX_VALUE.toInt()
            },
        ).apply { start() }

    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val link = JettyLink(receiver)
        client.connect(JettyEndpoint(link, receiver), URI(url)).get()
        return link
    }

    override fun close() = client.stop()

    companion object {
        const val WINDOW = 256
    }
}

/** Jetty calls it by reflection: it must be public, and so must all that it overrides. */
class JettyEndpoint internal constructor(
    private val link: JettyLink,
    private val receiver: Receiver,
) : Session.Listener.AutoDemanding {
    override fun onWebSocketOpen(session: Session) {
        link.session = session
        receiver.onOpen(link)
    }

    override fun onWebSocketText(message: String) = receiver.onMessage(link, message.length, message[0].code)

    override fun onWebSocketBinary(
        payload: ByteBuffer,
        callback: Callback,
    ) {
        receiver.onMessage(link, payload.remaining(), payload.get(payload.position()).toInt())
        callback.succeed()
    }

    override fun onWebSocketClose(
        statusCode: Int,
        reason: String?,
        callback: Callback,
    ) {
        receiver.onLost(link)
        callback.succeed()
    }

    override fun onWebSocketError(cause: Throwable) = receiver.onLost(link)
}

internal class JettyLink(
    private val receiver: Receiver,
) : Link {
    @Volatile
    lateinit var session: Session
    private val room = Semaphore(Jetty.WINDOW)
    private val leaving =
        object : Callback {
            override fun succeed() = room.release()

            override fun fail(x: Throwable?) {
                room.release()
                receiver.onLost(this@JettyLink)
            }
        }

    override fun send(message: Message) = session.sendBinary(ByteBuffer.wrap(message.bytes), Callback.NOOP)

    override fun pump(
        message: Message,
        count: Long,
    ) {
        for (sent in 0 until count) {
            room.acquire()
            session.sendBinary(ByteBuffer.wrap(message.bytes), leaving)
        }
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) = repeat(count) {
        val sent = CompletableFuture<Unit>()
        session.sendBinary(
            ByteBuffer.wrap(message.bytes),
            Callback.from({
                sent.complete(Unit)
            }, { sent.completeExceptionally(it) }),
        )
        sent.await()
    }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) = pump(message, count.toLong())

    override fun close() = session.disconnect()
}
