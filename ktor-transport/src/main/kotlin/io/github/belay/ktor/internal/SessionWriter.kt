package io.github.belay.ktor.internal

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsFlushListener
import io.ktor.websocket.WebSocketSession
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job
import org.slf4j.LoggerFactory
import java.io.IOException

/**
 * What is written and not yet flushed, and how it gets into Ktor.
 *
 * Ktor takes far more than its queue says: a thousand frames and a megabyte behind it. So no more than
 * [WsBuffers.writeBufferBytes] are handed over before Ktor confirms them, and the rest waits here, where it is counted.
 * Bytes are those of the wire, header included, and are counted from the first frame of the link on.
 */
internal class SessionWriter(
    private val ktor: WebSocketSession,
    private val buffers: WsBuffers,
    private val onWritable: () -> Unit,
) {
    private val lock = Any()

    /** Frames not yet handed over, and the flushes not yet confirmed. These and all positions below under [lock]. */
    private val waiting = ArrayDeque<WsFrame>()
    private val flushes = ArrayDeque<PendingFlush>()
    private var written = 0L

    /** Nothing behind this position is sent before the next flush. */
    private var flushable = 0L
    private var handedOver = 0L
    private var flushed = 0L

    /** Position behind our Close frame; none before one is written. */
    private var closeEnd = Long.MAX_VALUE

    /** Why nothing is written any more. */
    private var failure: Throwable? = null

    /** Rung by [flush]; one waiting ring is as good as many. */
    private val doorbell = Channel<Unit>(Channel.CONFLATED)

    /** Completes when our Close frame is flushed: nothing can follow it. */
    val closed: CompletableDeferred<Unit> = CompletableDeferred()

    /** True once our Close frame is in Ktor's hands. */
    val isClosing: Boolean
        get() = synchronized(lock) { handedOver >= closeEnd }

    val isWritable: Boolean
        get() = synchronized(lock) { failure == null && written - flushed <= buffers.maxWriteBufferBytes }

    fun write(frame: WsFrame) {
        synchronized(lock) {
            if (failure != null) return
            waiting += frame
            written += frame.wireBytes()
            if (frame.kind == WsFrameKind.CLOSE) closeEnd = minOf(closeEnd, written)
        }
    }

    fun flush(listener: WsFlushListener) {
        val failedBefore =
            synchronized(lock) {
                failure.also {
                    if (it == null) {
                        flushes += PendingFlush(written, listener)
                        flushable = written
                        // Here and not in the coroutine below: a thread less between the caller and the socket.
                        handOver()
                    }
                }
            }
        if (failedBefore == null) doorbell.trySend(Unit) else listener.onFlushed(failedBefore)
    }

    /** Confirms what was handed over and hands over the rest, until cancelled. Runs on the link's thread. */
    suspend fun run() {
        for (ring in doorbell) {
            do {
                val confirmable = synchronized(lock) { handedOver }
                if (!flushKtor()) return
                settle(confirmable)
                val more = synchronized(lock) { handOver() }
            } while (more)
        }
    }

    /**
     * True when Ktor has moved everything handed over towards the socket; a megabyte of it may still wait there.
     * Suspends without end when the connection dies in between: the end of the link cancels it.
     */
    private suspend fun flushKtor(): Boolean {
        try {
            ktor.flush()
        } catch (_: CancellationException) {
            currentCoroutineContext().ensureActive()
            // The session's coroutine was cancelled, not this one: Ktor says so when the socket broke under a flush.
            fail(IOException("the connection broke before everything was flushed"))
        } catch (broken: IOException) {
            fail(broken)
        }
        // A flush of a cancelled session returns as if it had been one.
        if (ktor.coroutineContext.job.isCancelled) fail(IOException("the connection was taken down"))
        return synchronized(lock) { failure == null || failure is CloseSent }
    }

    /** Drops what waits and fails every flush, now and later. The first [cause] stays. Safe from any thread. */
    fun fail(cause: Throwable) {
        val failed =
            synchronized(lock) {
                failure = failure ?: cause
                waiting.clear()
                flushes.toList().also { flushes.clear() }
            }
        failed.forEach { it.tell(cause) }
    }

    /** Moves frames into Ktor while the budget lasts; true if there are frames there that are not confirmed. */
    private fun handOver(): Boolean {
        while (failure == null && handedOver < flushable) {
            val next = waiting.first()
            val nextBytes = next.wireBytes()
            val unconfirmed = handedOver - flushed
            if (unconfirmed > 0 && unconfirmed + nextBytes > buffers.writeBufferBytes) break
            // Made here and not when it was written: Ktor is at work already on what went before.
            val taken = ktor.outgoing.trySend(next.toKtor())
            if (taken.isClosed) failure = noMore(taken.exceptionOrNull())
            if (!taken.isSuccess) break
            waiting.removeFirst()
            handedOver += nextBytes
        }
        return handedOver > flushed
    }

    private fun settle(confirmed: Long) {
        val done = ArrayList<PendingFlush>(1)
        val turnedWritable: Boolean
        val failed: Throwable?
        synchronized(lock) {
            failed = failure
            if (confirmed >= closeEnd) closed.complete(Unit)
            val wasWritable = written - flushed <= buffers.maxWriteBufferBytes
            flushed = confirmed
            while (flushes.isNotEmpty() &&
                (failed != null || flushes.first().position <= confirmed)
            ) {
                done += flushes.removeFirst()
            }
            turnedWritable = failed == null && !wasWritable && written - flushed <= buffers.maxWriteBufferBytes
        }
        done.forEach { it.tell(if (it.position <= confirmed) null else failed) }
        if (turnedWritable) onWritable()
    }

    /** Why Ktor's queue takes nothing any more. */
    private fun noMore(cause: Throwable?): IOException =
        if (closeEnd < Long.MAX_VALUE) CloseSent(cause) else IOException("the connection is gone", cause)

    /** Ktor's queue is closed behind our Close frame; what was handed over before still goes out. */
    private class CloseSent(
        cause: Throwable?,
    ) : IOException("a Close frame was sent and nothing can follow it", cause)

    private class PendingFlush(
        /** Where the frames end that this flush speaks of. */
        val position: Long,
        private val listener: WsFlushListener,
    ) {
        @Suppress("TooGenericExceptionCaught") // A boundary: what one listener throws is not the others' business.
        fun tell(failure: Throwable?) {
            try {
                listener.onFlushed(failure)
            } catch (thrown: Exception) {
                log.error("A flush listener failed: {}", thrown.place())
            }
        }
    }

    private companion object {
        val log = LoggerFactory.getLogger(SessionWriter::class.java)
    }
}
