package io.github.belay.internal.reader

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.internal.delivery.InboundBudget
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.session.Clock
import io.github.belay.internal.session.silent
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.WsPingPongStrategy
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportSession
import io.kotest.matchers.shouldBe
import java.util.concurrent.Executor
import kotlin.time.TestTimeSource

internal const val BENCH_GENERATION = 4L

/** Decides by the words that come: a plain word is forwarded. */
internal class Words : WsIngress<String> {
    val calls = ArrayList<String>()
    var onOpenThrows = false

    override fun onOpen() {
        calls += "onOpen"
        if (onOpenThrows) error("onOpen")
    }

    override fun onFrame(frame: WsFrameView): WsIngressAction<String> {
        val word = frame.decodeToString()
        calls += word
        return when (word) {
            "ignore" -> WsIngressAction.Ignore
            "emit" -> WsIngressAction.Emit("emitted")
            "batch" -> WsIngressAction.EmitBatch(listOf("one", "two"))
            "reconnect" -> WsIngressAction.Reconnect("why not")
            "shutdown" -> WsIngressAction.Shutdown("enough")
            "throw" -> error("bug")
            else -> WsIngressAction.Forward
        }
    }
}

/** A reader between a transport's calls and what it reports. */
internal class Bench(
    maxMessages: Int = 100,
    heartbeat: WsPingPongStrategy = NoPingPong,
) : ReaderEvents,
    WsTransportSession {
    val words = Words()
    val outbound = OutboundQueue(maxFrames = 8, maxBytes = 1024)
    val events = ArrayList<String>()
    val inbox = Inbox<String> {}
    val budget: InboundBudget = InboundBudget(maxMessages, maxBytes = 1024, onOver = {}) { reader.resumeReading() }
    val time = TestTimeSource()
    private val liveness = silent(BENCH_GENERATION, Clock(time), outbound, heartbeat)
    val reader: Reader<String> = Reader(BENCH_GENERATION, words, outbound, liveness, inbox, budget, events = this)
    private val view = WsFrameView()

    fun open() = apply { reader.onOpen(this) }

    fun frame(frame: WsFrame) = reader.onFrame(view.give(frame.kind, frame.payload))

    fun read(vararg words: String) {
        words.forEach { frame(WsFrame.text(it)) }
        reader.onReadComplete()
    }

    /** What waits in the inbox, one list for each batch. */
    fun received(): List<List<String>> =
        generateSequence(inbox::poll)
            .map { batch ->
                batch.generation shouldBe BENCH_GENERATION
                when (batch) {
                    is InboundBatch.Forwarded -> batch.frames.map { "forwarded ${it.payload.decodeToString()}" }
                    is InboundBatch.Emitted -> batch.messages
                }
            }.toList()

    override fun onOpen(session: WsTransportSession) {
        events += "open"
    }

    override fun onConnectFailed(failure: WsConnectFailure) {
        events += "failed: $failure"
    }

    override fun onTrouble(cause: WsDisconnectCause) {
        events += "trouble: $cause"
    }

    override fun onShutdown(reason: String) {
        events += "shutdown: $reason"
    }

    override fun onWritable() {
        events += "writable"
    }

    override fun onPeerClose() {
        events += "peer close"
    }

    override fun onGone(end: WsLinkEnd) {
        events += "gone: $end"
    }

    override fun onBurst(
        frames: Int,
        bytes: Long,
    ) {
        events += "burst $frames/$bytes"
    }

    override val handshake = WsHandshake(WsHeaders.EMPTY, subprotocol = null)
    override val loop: Executor? get() = null
    override val isWritable: Boolean get() = true

    override fun write(frame: WsFrame): Unit = throw UnsupportedOperationException("a reader writes nothing itself")

    override fun flush(listener: WsFlushListener): Unit = throw UnsupportedOperationException("nor does it flush")

    override fun setReading(enabled: Boolean) {
        events += "reading $enabled"
    }

    override fun abort(): Unit = throw UnsupportedOperationException("nor does it abort")
}
