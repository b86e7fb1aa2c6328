package io.github.belay.internal.writer

import io.github.belay.frame.WsFrame
import io.github.belay.internal.outbound.OutboundBatch
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.observe.WsFrameTap
import io.github.belay.outbound.TellOutcome
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsTransportSession
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.delay
import kotlin.time.Duration

/**
 * Writes what the queue holds for one link. It is the only one that writes to [session].
 *
 * Everything that waits leaves in one batch with one flush, at most [MAX_BATCH_FRAMES] frames and
 * [WsBuffers.writeBufferBytes] of payload, though a single larger message leaves too. A batch is taken as late as
 * possible, when the session is writable and the batch before it is flushed: until then control frames can overtake and
 * messages can be withdrawn or survive the link.
 *
 * @param writable rung by the reader each time that the session turns writable; conflated
 * @param onFlushed told of each batch that was flushed, before those who wait for its messages
 */
internal class Writer(
    private val queue: OutboundQueue,
    private val generation: Long,
    private val session: WsTransportSession,
    buffers: WsBuffers,
    private val writeTimeout: Duration,
    private val now: () -> Duration,
    private val writable: ReceiveChannel<Unit>,
    private val tap: WsFrameTap? = null,
    private val onFlushed: (frames: Int, bytes: Long) -> Unit,
) {
    private val batch = OutboundBatch(MAX_BATCH_FRAMES, buffers.writeBufferBytes)

    /** When the batch under way came to its turn; [IDLE] between batches. Written by [run], read by [watch]. */
    @Volatile
    private var batchSince = IDLE

    /**
     * Writes until the link has to end, and says why: a flush that failed; null when a Close frame has left, after which
     * nothing may (RFC 6455 section 5.5.1). What was being written then, or when the caller cancels, ends as
     * [TellOutcome.Unknown]; what was not yet taken stays in the queue.
     */
    suspend fun run(): WsDisconnectCause? {
        while (true) {
            queue.awaitWork(generation)
            batchSince = now()
            val result = writeBatch()
            batchSince = IDLE
            result.onFailure { return writeFailure(it) }
            if (result.getOrDefault(false)) return null
        }
    }

    /**
     * Returns when a batch has not left [writeTimeout] after its turn came. Apart from [run], so that a batch costs no timer
     * of its own (400 ns and 280 bytes) and the writer may run where there are no timers.
     */
    suspend fun watch(): WsDisconnectCause {
        while (true) {
            val since = batchSince
            // A batch that begins during the wait below cannot be overdue before its end.
            val left = if (since == IDLE) writeTimeout else since + writeTimeout - now()
            if (left <= Duration.ZERO) return WsDisconnectCause.WriteTimeout(writeTimeout)
            delay(left)
        }
    }

    /** True if a Close frame has left. */
    private suspend fun writeBatch(): Result<Boolean> {
        while (!session.isWritable) writable.receive()
        if (!queue.take(generation, batch, now)) return Result.success(false)
        val flush = Flush()
        try {
            for (frame in batch.frames) {
                tap?.onOutbound(frame)
                session.write(frame)
            }
            return flush.await(session).map { batch.frames.last() is WsFrame.Close }
        } finally {
            settle(batch, flush.result)
            batch.clear()
        }
    }

    private fun settle(
        batch: OutboundBatch,
        result: Result<Unit>?,
    ) {
        val outcome =
            result?.fold({ TellOutcome.Done }, { TellOutcome.Unknown("${writeFailure(it)}") })
                ?: TellOutcome.Unknown("link ended before the write was confirmed")
        if (outcome === TellOutcome.Done) onFlushed(batch.frames.size, batch.bytes)
        queue.settle(batch, outcome)
    }

    private fun writeFailure(failure: Throwable): WsDisconnectCause =
        WsDisconnectCause.WriteFailure(failure.message ?: failure.javaClass.simpleName)

    companion object {
        private val IDLE = Duration.INFINITE

        /** Frames that leave with one flush at most. */
        const val MAX_BATCH_FRAMES: Int = 1024
    }
}
