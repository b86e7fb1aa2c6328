package io.github.belay.benchmarks.subject

import io.github.belay.WebSocketActor
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.ForwardAllIngress
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.ConstantBackoff
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import io.github.belay.transport.WsTransport
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.HdrHistogram.Histogram
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** How messages reach the user of Belay. */
internal enum class Handling {
    /** In the ingress, where the bytes arrive. */
    INLINE,

    /** From the flow `messages`, on `Dispatchers.Default`. */
    FLOW,
}

/** Belay with all its defaults, but for the time between a loss and the next attempt. */
internal class Belay(
    private val transport: WsTransport,
    private val handling: Handling,
    private val trust: Trust,
) : Subject {
    override val reconnects: Boolean get() = true

    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val link = BelayLink(receiver, handling)
        link.actor =
            WebSocketActor(transport, link.endpoint, link.ingress) {
                url(url)
                tls = trust.config
                reconnect = ConstantBackoff(1.milliseconds)
            }
        link.start()
        runBlocking { link.actor.connect() }
        return link
    }

    override fun close() = transport.close()
}

private class BelayLink(
    private val receiver: Receiver,
    private val handling: Handling,
) : AskingLink {
    lateinit var actor: WebSocketActor<WsFrame>
    private val scope = CoroutineScope(Dispatchers.Default)

    val endpoint =
        object : WsEndpointHandler<WsFrame> {
            override fun onConnectionOpened(isReconnect: Boolean): WsFrame? {
                receiver.onOpen(this@BelayLink)
                return null
            }

            override fun parse(frame: WsFrame): WsParseOutcome<WsFrame> =
                if (isAnswer(frame)) WsParseOutcome.Continue else WsParseOutcome.Message(frame)

            override fun maybeRequestResponse(frame: WsFrame): Boolean = isAnswer(frame)

            override fun matchRequestResponse(frame: WsFrame): WsRequestMatch =
                WsRequestMatch.ok(Numbered.numberOf { frame.payload[it] })
        }

    val ingress: WsIngress<WsFrame> = if (handling == Handling.INLINE) InlineIngress() else ForwardAllIngress()

    private fun isAnswer(frame: WsFrame) = frame.kind == WsFrameKind.BINARY && Numbered.isNumbered(frame.payload[0])

    private inner class InlineIngress : WsIngress<WsFrame> {
        override fun onFrame(frame: WsFrameView): WsIngressAction<WsFrame> {
            if (receiver.payload == Payload.STRING) {
                val text = frame.decodeToString()
                receiver.onMessage(this@BelayLink, text.length, text[0].code)
                return WsIngressAction.Ignore
            }
            val first = frame[0]
            if (Numbered.isNumbered(first)) return WsIngressAction.Forward
            receiver.onMessage(this@BelayLink, frame.size, first.toInt())
            return WsIngressAction.Ignore
        }
    }

    fun start() {
        if (handling == Handling.FLOW) scope.launch { actor.messages.collect { show(it) } }
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

    private fun tell(message: Message): Deferred<TellOutcome> =
        actor.tell(WebSocketEvent.sendMessage(WsFrame.binary(message.bytes)))

    private fun tellAll(
        message: Message,
        count: Int,
    ): Deferred<TellOutcome> {
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

    /** Sends the next batch once the one before has left; [PUMPS] of them fill the queue that Belay has by default. */
    @OptIn(ExperimentalCoroutinesApi::class)
    private fun proceed(
        message: Message,
        left: AtomicLong,
    ) {
        while (true) {
            val count = minOf(left.getAndAdd(-BATCH), BATCH).toInt()
            if (count <= 0) return
            val last = tellAll(message, count)
            if (last.isCompleted) continue
            last.invokeOnCompletion {
                if (last.getCompleted() === TellOutcome.Done) proceed(message, left) else receiver.onLost(this)
            }
            return
        }
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) {
        val outcome = tellAll(message, count).await()
        check(outcome === TellOutcome.Done) { "told: $outcome" }
    }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) = runBlocking { sendFromCoroutine(message, count) }

    override suspend fun askAll(
        caller: Caller,
        inFlight: Int,
        count: Long,
        sizeBytes: Int,
        histogram: Histogram,
    ) {
        // Unconfined goes on where the answer was found: on the actor's turn.
        val where = if (caller == Caller.LIBRARY) Dispatchers.Unconfined else Dispatchers.Default
        coroutineScope {
            repeat(inFlight) { slot ->
                launch(where) { askInTurn(slot, count / inFlight, sizeBytes, histogram.takeIf { inFlight == 1 }) }
            }
        }
    }

    private suspend fun askInTurn(
        number: Int,
        count: Long,
        sizeBytes: Int,
        histogram: Histogram?,
    ) {
        val frame = WsFrame.binary(Numbered.message(number, sizeBytes))
        for (asked in 0 until count) {
            // Only where it is asked for: to look at the clock is a twentieth of what an ask costs.
            val from = if (histogram == null) 0 else System.nanoTime()
            val outcome = actor.ask(WsDelegatedRequest.confirmed(number.toLong(), frame, ASK_TIMEOUT))
            check(outcome is WsDelegatedOk) { "asked: $outcome" }
            histogram?.recordValue(System.nanoTime() - from)
        }
    }

    override suspend fun askOnce(sizeBytes: Int) {
        val frame = WsFrame.binary(Numbered.message(0, sizeBytes))
        val outcome = actor.ask(WsDelegatedRequest.confirmed(0, frame, ASK_TIMEOUT))
        check(outcome is WsDelegatedOk) { "asked: $outcome" }
    }

    override fun close() {
        scope.cancel()
        runBlocking { actor.abort() }
    }

    private companion object {
        const val PUMPS = 4
        const val BATCH = 256L
        val ASK_TIMEOUT = 30.seconds
    }
}
