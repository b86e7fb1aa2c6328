package io.github.belay.testing

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsProtocolException
import io.github.belay.frame.WsText
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import java.util.concurrent.Executor
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * One open link: the client's session on one side, the mock server's hands on the other, and between them the coroutine
 * [run], which alone calls the listener.
 *
 * Either side changes the state under the lock, which is held for a few steps and never across a callback, and rings the
 * doorbell. The coroutine then takes one turn after the other and yields between them, so that every callback is a step
 * of its own for the scheduler.
 */
internal class MockLink(
    val id: Int,
    val request: WsConnectRequest,
    override val handshake: WsHandshake,
    override val loop: Executor?,
    private val listener: WsTransportListener,
    private val scope: CoroutineScope,
    private val faults: LinkFaults,
    limits: MockLimits,
) : WsTransportSession {
    private val lock = ReentrantLock()
    private val doorbell = Channel<Unit>(Channel.CONFLATED)
    private val view = PoisonedView()

    // What follows is written and read under the lock.
    private val writes = ClientWrites(request.buffers.maxWriteBufferBytes)
    private val sends = ServerSends(limits.maxUndeliveredFrames)
    private var reading = true

    /** How the link ended; null while it has not. */
    private var end: WsLinkEnd? = null

    /** True once the last callback is taken. */
    private var over = false

    /** Frames that reached the server. Closed at the end; what is in it then can still be received. */
    val received: Channel<WsFrame> = Channel(limits.maxUnreceivedFrames)

    /** Completes before [WsTransportListener.onClosed], so that who hears of that finds the link gone. */
    val gone: CompletableDeferred<Unit> = CompletableDeferred()

    /** Completes after [WsTransportListener.onClosed]. */
    val closed: CompletableDeferred<WsLinkEnd> = CompletableDeferred()

    var pausedReads: Int = 0
        get() = lock.withLock { field }
        private set

    val undeliveredFrames: Int get() = lock.withLock { sends.frames }
    val isReading: Boolean get() = lock.withLock { reading }
    val isOpen: Boolean get() = lock.withLock { end == null }
    override val isWritable: Boolean get() = lock.withLock { end == null && !writes.isFull }

    override fun write(frame: WsFrame) {
        lock.withLock { if (end == null) writes.write(frame) }
    }

    override fun flush(listener: WsFlushListener) {
        change {
            writes.flush(listener)
            end?.let { writes.fail(whyEnded(it)) }
            // The coroutine is gone and cannot tell.
            if (over) scope.launch(CoroutineName("ws-mock-late-flush")) { tellLateFlushes() }
        }
    }

    override fun setReading(enabled: Boolean) {
        change {
            if (reading && !enabled) pausedReads++
            reading = enabled
        }
    }

    override fun abort() {
        change { finish(WsLinkEnd.Aborted) }
    }

    fun <T> ask(about: LinkFaults.() -> T): T = lock.withLock { faults.about() }

    /** Changes what the server does to the link; nothing once it has ended. */
    fun fault(apply: LinkFaults.() -> Unit) {
        change {
            if (end == null) faults.apply()
            if (faults.isSilent) sends.clear()
        }
    }

    /** Sends [arrival] to the client, or into the void when the link is silent or has ended. */
    fun send(arrival: Arrival) {
        change {
            if (end != null || faults.isSilent) return
            check(!faults.isGone) { "connection $id was ended by the server and cannot send" }
            check(sends.offer(arrival)) { "the client of connection $id does not read: ${sends.frames} frames wait" }
            faults.note(arrival)
        }
    }

    /** Looks again whether there is something to do: the server has made room. */
    fun ring() {
        doorbell.trySend(Unit)
    }

    private inline fun change(block: () -> Unit) {
        lock.withLock(block)
        ring()
    }

    /** Calls the listener, from [WsTransportListener.onOpen] to [WsTransportListener.onClosed]. */
    suspend fun run() {
        try {
            listener.onOpen(this)
            while (true) {
                val turn = lock.withLock { nextTurn() }
                if (turn != null) turn() else doorbell.receive()
                if (closed.isCompleted) return
                yield()
            }
        } finally {
            release()
        }
    }

    /** Lets go of everybody who waits; matters when the scope is cancelled before the link has ended. */
    private fun release() {
        lock.withLock {
            finish(WsLinkEnd.Aborted)
            over = true
        }
        gone.complete(Unit)
        closed.complete(WsLinkEnd.Aborted)
    }

    /** The next call to make; null when there is nothing to tell. Lock held. */
    private fun nextTurn(): (() -> Unit)? {
        if (end == null) moveWrites()
        writes.takeFlushed()?.let { flushed -> return { flushed.listener.onFlushed(flushed.failure) } }
        end?.let { return lastTurn(it) }
        if (writes.takeRelief()) return listener::onWritable
        return if (reading) nextArrival() else null
    }

    private fun nextArrival(): (() -> Unit)? =
        when (val arrival = sends.poll()) {
            null -> null
            is Arrival.Read -> ({ deliver(arrival.frames) })
            is Arrival.Violation -> violationTurn(arrival.violation)
            Arrival.EndOfStream -> endTurn(WsLinkEnd.EndOfStream)
            is Arrival.Reset -> endTurn(WsLinkEnd.Failed(arrival.message))
        }

    private fun moveWrites() {
        val failure = faults.writeFailure
        when {
            failure != null && faults.isGone && writes.isLeaving -> finish(WsLinkEnd.Failed(failure))
            failure != null -> writes.fail(failure)
            !faults.isStalled -> writes.drain(::take)
        }
    }

    /** Takes [frame] for the server; false when it has no room. Lock held. */
    private fun take(frame: WsFrame): Boolean {
        if (faults.isSilent) return true
        if (frame is WsFrame.Ping && faults.answersPings) {
            return sends.offer(Arrival.Read(listOf(WsFrame.Pong(frame.payload))))
        }
        if (received.trySend(frame).isFailure) return false
        if (frame is WsFrame.Close && faults.echoesClose && !faults.isGone) answerClose(frame)
        return true
    }

    /** Completes the closing handshake; the server ends the stream first (RFC 6455 section 7.1.1). Lock held. */
    private fun answerClose(frame: WsFrame.Close) {
        val answer = Arrival.Read(listOf(frame))
        for (arrival in if (faults.hasSentClose) listOf(Arrival.EndOfStream) else listOf(answer, Arrival.EndOfStream)) {
            sends.add(arrival)
            faults.note(arrival)
        }
    }

    private fun violationTurn(violation: WsProtocolException): () -> Unit {
        sends.keepEndOnly()
        return { listener.onViolation(violation) }
    }

    private fun endTurn(end: WsLinkEnd): (() -> Unit)? {
        finish(end)
        return nextTurn()
    }

    private fun lastTurn(end: WsLinkEnd): (() -> Unit)? {
        if (over) return null
        over = true
        return {
            gone.complete(Unit)
            listener.onClosed(end)
            closed.complete(end)
        }
    }

    private fun deliver(frames: List<WsFrame>) {
        for (frame in frames) {
            if (!isOpen) return
            val violation = violationOf(frame)
            if (violation == null) {
                view.lend(frame, listener::onFrame)
            } else {
                lock.withLock { violationTurn(violation) }()
                break
            }
        }
        if (isOpen) listener.onReadComplete()
    }

    /** The rules that a transport checks and that the types of a frame do not enforce already. */
    private fun violationOf(frame: WsFrame): WsProtocolException? {
        val limit = minOf(request.buffers.maxFrameBytes, request.buffers.maxMessageBytes)
        return when {
            !frame.kind.isControl && frame.payload.size > limit -> {
                WsProtocolException(
                    CloseCode.MESSAGE_TOO_BIG,
                    "message must take at most $limit bytes but takes ${frame.payload.size}",
                )
            }

            frame is WsFrame.Text && WsText.orNull(frame.payload) == null -> {
                WsProtocolException(CloseCode.INVALID_PAYLOAD, "text must be UTF-8 but is not")
            }

            else -> {
                null
            }
        }
    }

    /** Lock held. */
    private fun finish(end: WsLinkEnd) {
        if (this.end != null) return
        this.end = end
        sends.clear()
        writes.fail(whyEnded(end))
        received.close(NoSuchElementException("connection $id has ended ($end) and no frame is left"))
    }

    private fun tellLateFlushes() {
        while (true) {
            val flushed = lock.withLock { writes.takeFlushed() } ?: return
            flushed.listener.onFlushed(flushed.failure)
        }
    }

    private fun whyEnded(end: WsLinkEnd): String = "the link has ended: $end"
}
