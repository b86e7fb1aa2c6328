package io.github.belay.internal.writer

import io.github.belay.frame.WsFrameKind
import io.github.belay.internal.outbound.OutboundBatch
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.outbound.TellOutcome
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsTransportSession
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.coroutines.resume
import kotlin.time.Duration

/**
 * The outbound side of one link: takes everything that waits, writes it all and flushes once.
 *
 * The only place that waits for the socket. [writable] rings when the session turns writable again; [onFlushed] hears of
 * frames and bytes that left.
 */
internal class Writer(
    private val queue: OutboundQueue,
    private val generation: Long,
    private val session: WsTransportSession,
    private val buffers: WsBuffers,
    private val writeTimeout: Duration,
    private val writable: Channel<Unit>,
    private val onFlushed: (Int, Long) -> Unit,
) {
    /** Writes until the link ends; returns why it has to, or null when a Close frame has left and nothing may follow. */
    suspend fun run(): WsDisconnectCause? {
        while (true) {
            val batch = queue.take(generation, BATCH_FRAMES, buffers.writeBufferBytes)
            if (batch == null) {
                queue.awaitWork(generation)
            } else {
                val cause = send(batch)
                if (cause != null || batch.frames.last().kind == WsFrameKind.CLOSE) return cause
            }
        }
    }

    private suspend fun send(batch: OutboundBatch): WsDisconnectCause? {
        // Until the flush is confirmed nobody can know how much of it has left.
        var outcome: TellOutcome = TellOutcome.Unknown("the link ended while the message was being written")
        try {
            val flushed =
                withTimeoutOrNull(writeTimeout) { write(batch) } ?: return WsDisconnectCause.WriteTimeout(writeTimeout)
            flushed.failure?.let { return WsDisconnectCause.WriteFailure(it.message ?: it.toString()) }
            outcome = TellOutcome.Done
            onFlushed(batch.frames.size, batch.bytes)
            return null
        } finally {
            queue.settle(batch, outcome)
        }
    }

    private suspend fun write(batch: OutboundBatch): Flushed {
        while (!session.isWritable) writable.receive()
        for (frame in batch.frames) session.write(frame)
        return suspendCancellableCoroutine { waiting ->
            session.flush { failure -> if (waiting.isActive) waiting.resume(Flushed(failure)) }
        }
    }

    private class Flushed(
        val failure: Throwable?,
    )

    private companion object {
        /** Bounds the time until a pong can overtake. */
        const val BATCH_FRAMES = 1024
    }
}
