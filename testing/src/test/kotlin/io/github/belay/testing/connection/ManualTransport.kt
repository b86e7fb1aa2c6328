package io.github.belay.testing.connection

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import java.util.concurrent.Executor

/**
 * A transport whose callbacks the test makes by itself, those among them that a good transport would never make: to a
 * listener whose attempt was cancelled or whose link has ended.
 */
internal class ManualTransport : WsTransport {
    /** Every attempt so far, in order. */
    val attempts = ArrayList<ManualAttempt>()

    override fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ): WsConnectAttempt = ManualAttempt(request, listener).also(attempts::add)

    override fun close() {
        attempts.forEach { it.cancel() }
    }
}

/** One attempt and the link that it became. */
internal class ManualAttempt(
    val request: WsConnectRequest,
    val listener: WsTransportListener,
) : WsConnectAttempt {
    val session = ManualSession(listener)
    private val view = WsFrameView()

    var isCancelled = false
        private set

    override fun cancel() {
        isCancelled = true
    }

    fun open() = listener.onOpen(session)

    /** One read that brings [frames]. */
    fun receive(vararg frames: WsFrame) {
        for (frame in frames) listener.onFrame(view.give(frame.kind, frame.payload))
        listener.onReadComplete()
    }

    fun receiveText(text: String) = receive(WsFrame.text(text))

    /** The peer ends the stream. */
    fun drop() {
        session.isOver = true
        listener.onClosed(WsLinkEnd.EndOfStream)
    }
}

/** Writes down what is written. A flush ends at once unless flushes are held. */
internal class ManualSession(
    private val listener: WsTransportListener,
) : WsTransportSession {
    private val held = ArrayList<WsFlushListener>()

    val written = ArrayList<WsFrame>()
    val texts: List<String> get() = written.filterIsInstance<WsFrame.Text>().map { it.text.toString() }

    /** Called for each frame as it is written. */
    var onWrite: (WsFrame) -> Unit = {}

    /** Called when reading is turned on or off. */
    var onReading: (Boolean) -> Unit = {}

    var holdsFlushes = false
    var isOver = false
    var flushes = 0
        private set
    var isAborted = false
        private set

    override val handshake = WsHandshake(WsHeaders.EMPTY, subprotocol = null)
    override var loop: Executor? = null
    override val isWritable: Boolean get() = !isOver

    override fun write(frame: WsFrame) {
        written += frame
        onWrite(frame)
    }

    override fun flush(listener: WsFlushListener) {
        flushes++
        if (holdsFlushes) held += listener else listener.onFlushed(null)
    }

    /** Lets the flushes end that are held. */
    fun releaseFlushes() {
        val released = held.toList()
        held.clear()
        released.forEach { it.onFlushed(null) }
    }

    override fun setReading(enabled: Boolean) = onReading(enabled)

    override fun abort() {
        isAborted = true
        if (isOver) return
        isOver = true
        listener.onClosed(WsLinkEnd.Aborted)
    }
}
