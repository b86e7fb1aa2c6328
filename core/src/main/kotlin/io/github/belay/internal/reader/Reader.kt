package io.github.belay.internal.reader

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.frame.typeName
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.internal.delivery.InboundBudget
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.session.Liveness
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.observe.WsFrameTap
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.Volatile
import kotlin.time.Duration

/** What a reader reports beside frames. Called on the transport's thread; implementations only pass on. */
internal interface ReaderEvents {
    fun onOpen(session: WsTransportSession)

    fun onConnectFailed(failure: WsConnectFailure)

    /** The link has to end. */
    fun onTrouble(cause: WsDisconnectCause)

    /** The ingress wants the connection closed for good. */
    fun onShutdown(reason: String)

    fun onWritable()

    /** The peer's Close frame came in. */
    fun onPeerClose()

    /** The socket is gone. */
    fun onGone(end: WsLinkEnd)

    fun onBurst(
        frames: Int,
        bytes: Long,
    )
}

/**
 * The inbound side of one link: read burst → ingress → inbox. Runs where the transport calls it and never waits.
 *
 * Control frames are answered here and do not reach the ingress. When more is waiting than the budget allows, reading
 * stops until the user has caught up, so TCP holds the peer back.
 */
internal class Reader<M : Any>(
    private val generation: Long,
    private val ingress: WsIngress<M>,
    private val outbound: OutboundQueue,
    private val liveness: Liveness,
    private val inbox: Inbox<M>,
    private val budget: InboundBudget,
    private val events: ReaderEvents,
    private val tap: WsFrameTap? = null,
) : WsTransportListener {
    private enum class Phase { CONNECTING, OPEN, RETIRED }

    /** Retired means that whatever a late call brings changes nothing. */
    private val phase = AtomicReference(Phase.CONNECTING)

    /** Null until the link opened. Written by the transport's thread, read by whoever makes room. */
    @Volatile
    private var session: WsTransportSession? = null

    // The run of equal decisions under way: one of the two lists is empty.
    private var frames = ArrayList<WsFrame>()
    private var messages = ArrayList<M>()
    private var runBytes = 0L
    private var burstFrames = 0
    private var burstBytes = 0L

    /** Set once the ingress has thrown or ended the link: what still arrives is counted and dropped. */
    private var deaf = false

    /** Most heartbeats are not interested in messages, which then cost nothing here. */
    private val isHeartbeatAsked = liveness.readsMessages

    private val isRetired: Boolean get() = phase.get() == Phase.RETIRED

    override fun onOpen(session: WsTransportSession) {
        this.session = session
        liveness.touch()
        // What the user has not taken of earlier links counts too, or a link that flaps would pile up a read each time.
        if (budget.isOver) stopReading()
        if (phase.compareAndSet(Phase.CONNECTING, Phase.OPEN)) guarded { ingress.onOpen() }
        events.onOpen(session)
    }

    override fun onConnectFailed(failure: WsConnectFailure): Unit = events.onConnectFailed(failure)

    override fun onFrame(frame: WsFrameView) {
        if (isRetired) return
        tap?.onInbound(frame)
        burstFrames++
        burstBytes += frame.size
        when (frame.kind) {
            WsFrameKind.TEXT, WsFrameKind.BINARY -> if (!deaf && !isHeartbeat(frame)) decide(frame)
            WsFrameKind.PING -> outbound.offerControl(generation, WsFrame.pong(frame.toBytes()))
            WsFrameKind.PONG -> liveness.consumes(frame)
            WsFrameKind.CLOSE -> peerClosed(frame.toFrame() as WsFrame.Close)
        }
    }

    private fun isHeartbeat(frame: WsFrameView): Boolean = isHeartbeatAsked && liveness.consumes(frame)

    private fun decide(frame: WsFrameView) = guarded { decide(frame, ingress.onFrame(frame)) }

    private fun decide(
        frame: WsFrameView,
        action: WsIngressAction<M>,
    ) {
        when (action) {
            WsIngressAction.Ignore -> {
                return
            }

            WsIngressAction.Forward -> {
                if (messages.isNotEmpty()) endRun(liveness.touch())
                frames.add(frame.toFrame())
            }

            is WsIngressAction.Emit -> {
                if (frames.isNotEmpty()) endRun(liveness.touch())
                messages.add(action.message)
            }

            is WsIngressAction.EmitBatch -> {
                if (frames.isNotEmpty()) endRun(liveness.touch())
                messages.addAll(action.messages)
            }

            is WsIngressAction.Reconnect -> {
                deaf = true
                events.onTrouble(WsDisconnectCause.EndpointRequested(action.reason))
                return
            }

            is WsIngressAction.Shutdown -> {
                deaf = true
                events.onShutdown(action.reason)
                return
            }
        }
        runBytes += frame.size
    }

    private fun peerClosed(frame: WsFrame.Close) {
        events.onPeerClose()
        events.onTrouble(WsDisconnectCause.RemoteClosed(frame.close.code, frame.close.reason.toString()))
    }

    override fun onReadComplete() {
        if (isRetired) return
        passOn()
        events.onBurst(burstFrames, burstBytes)
        burstFrames = 0
        burstBytes = 0
    }

    private fun passOn() {
        if (isRetired) return
        endRun(liveness.touch())
        inbox.ring()
    }

    private fun endRun(now: Duration) {
        val batch =
            when {
                frames.isNotEmpty() -> InboundBatch.Forwarded(generation, runBytes, now, frames)
                messages.isNotEmpty() -> InboundBatch.Emitted(generation, runBytes, now, messages)
                else -> return
            }
        // The next run is probably as long: a list that has not to grow saves its copies.
        val room = batch.size.coerceAtMost(MAX_ROOM)
        if (frames.isNotEmpty()) frames = ArrayList(room) else messages = ArrayList(room)
        runBytes = 0
        budget.charge(batch.size, batch.bytes)
        if (budget.isOver) stopReading()
        inbox.add(batch)
    }

    private fun stopReading() {
        liveness.hold()
        session?.setReading(false)
        // The user may have caught up between the charge and the line above; nobody would turn reading on again then.
        if (!budget.isOver) resumeReading()
    }

    override fun onWritable(): Unit = events.onWritable()

    override fun onViolation(violation: WsProtocolException) {
        passOn()
        events.onTrouble(WsDisconnectCause.ProtocolViolation(violation.closeCode, violation.message.orEmpty()))
    }

    override fun onClosed(end: WsLinkEnd) {
        passOn()
        val cause =
            when (end) {
                WsLinkEnd.EndOfStream -> WsDisconnectCause.RemoteClosed(CloseCode.ABNORMAL, "stream ended")
                is WsLinkEnd.Failed -> WsDisconnectCause.ReadFailure(end.message)
                WsLinkEnd.Aborted -> null
            }
        cause?.let(events::onTrouble)
        events.onGone(end)
    }

    /** The link is over. True if it had opened, so that the ingress has to hear of the end. Safe from any thread. */
    fun retire(): Boolean = phase.getAndSet(Phase.RETIRED) == Phase.OPEN

    /** Turns reading on again. Safe from any thread, before the open and after the end. */
    fun resumeReading() {
        liveness.resume()
        session?.setReading(true)
    }

    // An ingress is user code, and there is no coroutine here whose cancellation could be swallowed.
    @Suppress("TooGenericExceptionCaught")
    private inline fun guarded(block: () -> Unit) {
        try {
            block()
        } catch (thrown: Exception) {
            deaf = true
            events.onTrouble(WsDisconnectCause.InternalError("ingress", thrown.typeName(), thrown))
        }
    }

    private companion object {
        /** What an idle link keeps ready: one that has once brought a flood must not hold a long list for ever. */
        const val MAX_ROOM = 256
    }
}
