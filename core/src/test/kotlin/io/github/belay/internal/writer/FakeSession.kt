package io.github.belay.internal.writer

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTransportSession
import java.util.concurrent.Executor

/** Keeps what is written, flush by flush. [onFlush] decides when and how each flush ends; by default well and at once. */
internal class FakeSession(
    var onFlush: (WsFlushListener) -> Unit = { it.onFlushed(null) },
) : WsTransportSession {
    private val pending = mutableListOf<WsFrame>()

    /** The frames that each flush sent. */
    val flushes = mutableListOf<List<WsFrame>>()

    val written: List<WsFrame> get() = flushes.flatten()

    override var isWritable = true
    override val handshake = WsHandshake(WsHeaders.EMPTY, subprotocol = null)
    override val loop: Executor? = null

    override fun write(frame: WsFrame) {
        pending += frame
    }

    override fun flush(listener: WsFlushListener) {
        flushes += pending.toList()
        pending.clear()
        onFlush(listener)
    }

    override fun setReading(enabled: Boolean) = Unit

    override fun abort() = Unit
}
