package io.github.belay.benchmarks.subject

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.java.Reconnects
import io.github.belay.java.WsClient
import io.github.belay.java.WsEndpoint
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.policy.Jitter
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import io.github.belay.transport.WsTransport
import kotlinx.coroutines.future.await
import org.HdrHistogram.Histogram
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicLong

/** Belay as Java sees it: `onMessage` on the calling thread, futures, nothing of coroutines. */
internal class BelayJava(
    private val transport: WsTransport,
    private val trust: Trust,
) : Subject {
    override val reconnects: Boolean get() = true

    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val link = BelayJavaLink(receiver)
        link.client =
            WsClient
                .builder(transport, link.endpoint)
                .url(url)
                .tls(trust.config)
                .reconnect(Reconnects.constant(Duration.ofMillis(1), Jitter.None))
                .build()
        link.start()
        link.client.connect().join()
        return link
    }

    override fun close() = transport.close()
}

private class BelayJavaLink(
    private val receiver: Receiver,
) : AskingLink {
    lateinit var client: WsClient<WsFrame>

    val endpoint =
        object : WsEndpoint<WsFrame> {
            override fun onConnectionOpened(isReconnect: Boolean): WsFrame? {
                receiver.onOpen(this@BelayJavaLink)
                return null
            }

            override fun parse(frame: WsFrame): WsParseOutcome<WsFrame> =
                if (isAnswer(frame)) WsParseOutcome.ignore() else WsParseOutcome.message(frame)

            override fun maybeRequestResponse(frame: WsFrame): Boolean = isAnswer(frame)

            override fun matchRequestResponse(frame: WsFrame): WsRequestMatch =
                WsRequestMatch.ok(Numbered.numberOf { frame.payload[it] })
        }

    private fun isAnswer(frame: WsFrame) = frame.kind == WsFrameKind.BINARY && Numbered.isNumbered(frame.payload[0])

    fun start() {
        client.onMessage(Runnable::run, ::show)
    }

    private fun show(frame: WsFrame) {
        if (receiver.payload == Payload.STRING) {
            val text = frame.payload.decodeToString()
            receiver.onMessage(this, text.length, text[0].code)
        } else {
            receiver.onMessage(this, frame.payload.size, frame.payload[0].toInt())
        }
    }

    override fun send(message: Message) {
        tell(message)
    }

    private fun tell(message: Message): CompletableFuture<Void> =
        client.tell(WebSocketEvent.sendMessage(WsFrame.binary(message.bytes)))

    private fun tellAll(
        message: Message,
        count: Int,
    ): CompletableFuture<Void> {
        repeat(count - 1) { tell(message) }
        return tell(message)
    }

    override fun pump(
        message: Message,
        count: Long,
    ) {
        val left = AtomicLong(count)
        repeat(PUMPS) { proceed(message, left) }
    }

    private fun proceed(
        message: Message,
        left: AtomicLong,
    ) {
        val count = minOf(left.getAndAdd(-BATCH), BATCH).toInt()
        if (count <= 0) return
        tellAll(message, count).whenComplete { _, failure ->
            if (failure == null) proceed(message, left) else receiver.onLost(this)
        }
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) {
        tellAll(message, count).await()
    }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) {
        tellAll(message, count).join()
    }

    override suspend fun askAll(
        caller: Caller,
        inFlight: Int,
        count: Long,
        sizeBytes: Int,
        histogram: Histogram,
    ) {
        val chains = List(inFlight) { Chain(it, count / inFlight, sizeBytes, histogram.takeIf { inFlight == 1 }) }
        chains.forEach { it.next() }
        chains.forEach { it.done.await() }
    }

    /** Asks again in the callback of each answer. */
    private inner class Chain(
        private val number: Int,
        private var left: Long,
        sizeBytes: Int,
        private val histogram: Histogram?,
    ) {
        private val frame = WsFrame.binary(Numbered.message(number, sizeBytes))
        private var from = 0L
        val done = CompletableFuture<Unit>()

        fun next() {
            if (left-- == 0L) {
                done.complete(Unit)
                return
            }
            from = System.nanoTime()
            client.ask(WsDelegatedRequest.confirmed(number.toLong(), frame, ASK_TIMEOUT)).whenComplete { _, failure ->
                histogram?.recordValue(System.nanoTime() - from)
                if (failure == null) next() else done.completeExceptionally(failure)
            }
        }
    }

    override suspend fun askOnce(sizeBytes: Int) {
        val frame = WsFrame.binary(Numbered.message(0, sizeBytes))
        client.ask(WsDelegatedRequest.confirmed(0, frame, ASK_TIMEOUT)).await()
    }

    override fun close() {
        client.abort().join()
    }

    private companion object {
        const val PUMPS = 4
        const val BATCH = 256L
        val ASK_TIMEOUT: Duration = Duration.ofSeconds(30)
    }
}
