package io.github.belay.ktor.internal

import io.github.belay.codec.WsMessageAssembler
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsTransportListener
import io.ktor.websocket.Frame
import io.ktor.websocket.FrameTooBigException
import io.ktor.websocket.FrameType
import io.ktor.websocket.ProtocolViolationException
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first

/** Why no further frame will come. */
internal sealed interface ReadEnd {
    /** The peer's Close frame has been handed over. Ktor stops reading there and does not see what TCP does next. */
    data object PeerClosed : ReadEnd

    /** The peer broke the protocol; the listener knows. */
    data object Violated : ReadEnd

    /** The stream ended without a Close frame. Ktor tells neither how nor why: FIN and reset look the same. */
    data object Silent : ReadEnd
}

/**
 * Takes frames out of Ktor and hands whole messages to the listener, burst by burst.
 *
 * A burst is what is waiting when its first frame is taken, at most [MAX_BURST_FRAMES]; it ends with `onReadComplete`.
 * Nothing in a burst suspends, so no other call on the link's thread comes between its frames.
 */
internal class SessionReader(
    private val incoming: ReceiveChannel<Frame>,
    private val buffers: WsBuffers,
    private val listener: WsTransportListener,
    /** Called before the listener hears of a violation that Ktor found, and answered with a Close frame of its own. */
    private val onClosedByKtor: () -> Unit,
) {
    private val assembler = WsMessageAssembler(buffers.maxFrameBytes, buffers.maxMessageBytes)
    private val view = WsFrameView()
    private var peerClosed = false

    /** False while the owner holds the peer back: then the queue fills, and behind it Ktor's buffers and TCP's window. */
    val isReading: MutableStateFlow<Boolean> = MutableStateFlow(true)

    /** Hands frames over until there are no more. */
    @Suppress("TooGenericExceptionCaught") // Ktor may close its queue with anything.
    suspend fun run(): ReadEnd {
        // It waits in place; receiveCatching() would make two objects and look through the context each time.
        val frames = incoming.iterator()
        while (true) {
            awaitReading()
            var cause: Exception? = null
            val hasFrame =
                try {
                    frames.hasNext()
                } catch (thrown: Exception) {
                    // A cancellation may be Ktor's.
                    currentCoroutineContext().ensureActive()
                    cause = thrown
                    false
                }
            // Reading may have been turned off while this waited; the frame is kept until it is turned on.
            awaitReading()
            if (!hasFrame) return endOf(cause)
            try {
                handOverBurst(frames.next())
            } catch (violation: WsProtocolException) {
                listener.onReadComplete()
                return violated(violation)
            }
            listener.onReadComplete()
            if (peerClosed) return ReadEnd.PeerClosed
        }
    }

    private suspend fun awaitReading() {
        if (!isReading.value) isReading.first { it }
    }

    private fun handOverBurst(first: Frame) {
        handOver(first)
        var taken = 1
        while (taken < MAX_BURST_FRAMES && isReading.value) {
            handOver(incoming.tryReceive().getOrNull() ?: return)
            taken++
        }
    }

    private fun handOver(frame: Frame) {
        val kind = frame.frameType.toKind()
        view.give(kind, frame.buffer)
        try {
            if (!assembler.feedRelabelled(frame.fin, frame.reservedBits(), view)) return
            if (kind == WsFrameKind.CLOSE) peerClosed = true
            listener.onFrame(view)
        } finally {
            view.takeBack()
        }
    }

    private fun endOf(cause: Throwable?): ReadEnd =
        when (cause) {
            is FrameTooBigException -> {
                onClosedByKtor()
                violated(
                    WsProtocolException(
                        CloseCode.MESSAGE_TOO_BIG,
                        "frame payload must take at most ${buffers.maxFrameBytes} bytes but takes ${cause.frameSize}",
                    ),
                )
            }

            is ProtocolViolationException -> {
                onClosedByKtor()
                violated(WsProtocolException(CloseCode.PROTOCOL_ERROR, cause.violation))
            }

            else -> {
                ReadEnd.Silent
            }
        }

    private fun violated(violation: WsProtocolException): ReadEnd {
        listener.onViolation(violation)
        return ReadEnd.Violated
    }

    companion object {
        /** Frames of one burst: enough to make a batch of it, few enough that a writable signal need not wait long. */
        const val MAX_BURST_FRAMES: Int = 64
    }
}

private fun FrameType.toKind(): WsFrameKind =
    when (this) {
        FrameType.TEXT -> WsFrameKind.TEXT
        FrameType.BINARY -> WsFrameKind.BINARY
        FrameType.CLOSE -> WsFrameKind.CLOSE
        FrameType.PING -> WsFrameKind.PING
        FrameType.PONG -> WsFrameKind.PONG
    }

@Suppress("MagicNumber") // RSV1, RSV2 and RSV3 as the three bits that they are in RFC 6455 section 5.2.
private fun Frame.reservedBits(): Int = (if (rsv1) 4 else 0) or (if (rsv2) 2 else 0) or (if (rsv3) 1 else 0)
