package io.github.belay.benchmarks.subject

import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.websocket.WebSockets
import io.ktor.client.plugins.websocket.cio.webSocketRawSession
import io.ktor.client.request.url
import io.ktor.websocket.Frame
import io.ktor.websocket.WebSocketSession
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** Ktor's raw session on the CIO engine, consumed on `Dispatchers.Default`: the fastest that Ktor offers. */
internal class KtorRaw(
    trust: Trust,
) : Subject {
    private val client =
        HttpClient(CIO) {
            engine {
                requestTimeout = 0
                maxConnectionsCount = Int.MAX_VALUE
                endpoint.maxConnectionsPerRoute = Int.MAX_VALUE
                https { trustManager = trust.manager }
            }
            install(WebSockets)
        }

    override fun open(
        url: String,
        receiver: Receiver,
    ): Link = KtorRawLink(runBlocking { client.webSocketRawSession { url(url) } }, receiver)

    override fun close() = client.close()
}

private class KtorRawLink(
    private val session: WebSocketSession,
    private val receiver: Receiver,
) : Link {
    private val scope = CoroutineScope(Dispatchers.Default)

    init {
        receiver.onOpen(this)
        scope
            .launch {
                for (frame in session.incoming) show(frame)
            }.invokeOnCompletion { receiver.onLost(this) }
    }

    private fun show(frame: Frame) {
        if (frame is Frame.Text && receiver.payload == Payload.STRING) {
            // readText() decodes four times slower.
            val text = String(frame.data, Charsets.UTF_8)
            receiver.onMessage(this, text.length, text[0].code)
        } else if (frame is Frame.Text || frame is Frame.Binary) {
            receiver.onMessage(this, frame.data.size, frame.data[0].toInt())
        }
    }

    override fun send(message: Message) {
        session.outgoing.trySend(Frame.Binary(true, message.bytes)).getOrThrow()
    }

    override fun pump(
        message: Message,
        count: Long,
    ) {
        scope.launch { for (sent in 0 until count) session.send(Frame.Binary(true, message.bytes)) }
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) = repeat(count) { session.send(Frame.Binary(true, message.bytes)) }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) = runBlocking { sendFromCoroutine(message, count) }

    override fun close() {
        scope.cancel()
        session.cancel()
    }
}
