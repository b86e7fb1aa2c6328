package io.github.belay.benchmarks.parts

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor

/** A transport without a network: links open at once, and what is written is forgotten. Has no loop. */
internal class MemoryTransport : WsTransport {
    private val opened = CompletableFuture<WsTransportListener>()

    /** The listener of the first link, once it is open: whoever has it is the reader. */
    fun listener(): WsTransportListener = opened.get()

    override fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ): WsConnectAttempt {
        CompletableFuture.runAsync {
            listener.onOpen(ForgetfulSession(listener))
            opened.complete(listener)
        }
        return WsConnectAttempt { }
    }

    override fun close() = Unit
}

private class ForgetfulSession(
    private val listener: WsTransportListener,
) : WsTransportSession {
    override val handshake: WsHandshake = WsHandshake(WsHeaders.EMPTY, null)
    override val loop: Executor? = null
    override val isWritable: Boolean = true

    override fun write(frame: WsFrame) = Unit

    override fun flush(listener: WsFlushListener) = listener.onFlushed(null)

    override fun setReading(enabled: Boolean) = Unit

    override fun abort() {
        CompletableFuture.runAsync { listener.onClosed(WsLinkEnd.Aborted) }
    }
}
