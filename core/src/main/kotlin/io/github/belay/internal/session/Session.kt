package io.github.belay.internal.session

import io.github.belay.WsTarget
import io.github.belay.frame.WsFrame
import io.github.belay.frame.describe
import io.github.belay.frame.typeName
import io.github.belay.internal.machine.Farewell
import io.github.belay.internal.machine.LinkInput
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.outbound.OutboundSetup
import io.github.belay.internal.reader.ReaderEvents
import io.github.belay.internal.writer.Writer
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.outbound.TellOutcome
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import kotlinx.coroutines.withTimeoutOrNull
import java.util.concurrent.Executor
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.Volatile
import kotlin.time.Duration

/** What a session needs to know about its connection. */
internal class SessionSettings(
    val connectTimeout: Duration,
    val closeTimeout: Duration,
    val writerDispatcher: CoroutineDispatcher,
)

/**
 * One physical link as one structured call: [run] opens it, keeps writer and heartbeat going, takes it down, and
 * returns the one cause it ended with. When it has returned, no coroutine of the link is left and nothing of it is
 * acted on. Its socket is gone as far as the transport has said so, which it is given the close timeout for.
 *
 * What happens on the way is told by [post], stamped with the generation.
 */
internal class Session(
    private val generation: Long,
    private val settings: SessionSettings,
    private val transport: WsTransport,
    private val target: suspend () -> WsTarget,
    private val requestFor: (WsTarget) -> WsConnectRequest,
    private val outbound: OutboundQueue,
    private val liveness: Liveness,
    private val writerOf: (WsTransportSession, Channel<Unit>) -> Writer,
    private val post: (LinkInput) -> Unit,
    private val onShutdown: (String) -> Unit,
    private val onBurst: (Int, Long) -> Unit,
) : ReaderEvents {
    private val opened = CompletableDeferred<WsTransportSession>()
    private val ending = CompletableDeferred<WsDisconnectCause>()
    private val peerClosed = CompletableDeferred<Unit>()
    private val gone = CompletableDeferred<Unit>()
    private val hurried = CompletableDeferred<Unit>()
    private val writable = Channel<Unit>(Channel.CONFLATED)
    private val ready = CompletableDeferred<Unit>()

    /** The open link; null until the handshake is done. Written once, by the transport's thread. */
    @Volatile
    private var link: WsTransportSession? = null

    /** What the server chose; null for nothing, and before the handshake is done. */
    val subprotocol: String? get() = link?.handshake?.subprotocol

    /** The transport's loop; null when it has none, and before the handshake is done. */
    val loop: Executor? get() = link?.loop

    private lateinit var scope: CoroutineScope

    /** Opens and keeps the link until it ends; [listener] is the reader that reports to this session. */
    suspend fun run(listener: WsTransportListener): WsDisconnectCause =
        try {
            coroutineScope {
                // What is launched once this job is cancelled, from whichever thread, never starts.
                val work = Job(coroutineContext.job)
                scope = this + work
                val opener = scope.launch(CoroutineName("ws-connect-$generation")) { open(listener) }
                val cause = ending.await()
                opener.cancel()
                link?.let { takeDown(it, Farewell.to(cause)) }
                work.cancel()
                cause
            }
        } finally {
            // Whoever opens from now on aborts by itself.
            opened.cancel()
            link?.abort()
        }

    /** Ends the link because of [cause]. The first cause counts; a later request to drop at once is still heard. */
    fun end(cause: WsDisconnectCause) {
        if (!ending.complete(cause) && Farewell.to(cause) == Farewell.Drop) hurried.complete(Unit)
    }

    /** The link is ready: the heartbeat may start. */
    fun markReady() {
        ready.complete(Unit)
    }

    /**
     * Runs [make] off the owner's turn and writes its frame first of all; tells [LinkInput.AuthWritten] when it left.
     */
    @Suppress("TooGenericExceptionCaught") // User code may throw anything that is an Exception; it costs this one link.
    fun authenticate(make: suspend () -> WsFrame?) {
        scope.launch(CoroutineName("ws-auth-$generation")) {
            val frame =
                try {
                    make()?.also { require(!it.kind.isControl) { "frame must be TEXT or BINARY but was ${it.kind}" } }
                } catch (thrown: Exception) {
                    rethrowOurCancellation()
                    onTrouble(WsDisconnectCause.InternalError("auth", thrown.typeName(), thrown))
                    return@launch
                }
            writeAuth(frame)
        }
    }

    private fun writeAuth(frame: WsFrame?) {
        val done = LinkInput.AuthWritten(generation)
        if (frame == null) return post(done)
        val item =
            OutboundSetup(frame) { outcome ->
                refusal("auth", outcome)?.let(::onTrouble)
                if (outcome == TellOutcome.Done) post(done)
            }
        outbound.offerSetup(generation, listOf(item))
    }

    /** Writes [frame], an answer that the protocol demands; a link on which it finds no room is of no use. */
    fun answer(
        frame: WsFrame,
        onWritten: () -> Unit = {},
    ) {
        val item =
            OutboundSetup(frame) { outcome ->
                refusal("answer", outcome)?.let(::onTrouble)
                if (outcome == TellOutcome.Done) onWritten()
            }
        outbound.offerSetup(generation, listOf(item))
    }

    private fun refusal(
        context: String,
        outcome: TellOutcome,
    ): WsDisconnectCause? =
        when (outcome) {
            is TellOutcome.NotDelivered -> {
                WsDisconnectCause.InternalError(context, "not delivered: ${outcome.text}")
            }

            is TellOutcome.QueueFull, is TellOutcome.Dropped -> {
                WsDisconnectCause.InternalError(
                    context,
                    "not delivered: $outcome",
                )
            }

            TellOutcome.Done, TellOutcome.Closed, is TellOutcome.Unknown -> {
                null
            }
        }

    // Providers are user code, and a transport may refuse what they gave.
    @Suppress("TooGenericExceptionCaught")
    private suspend fun open(listener: WsTransportListener) {
        var given: WsTarget? = null
        val session =
            try {
                withTimeoutOrNull(settings.connectTimeout) {
                    connect(requestFor(target().also { given = it }), listener)
                }
            } catch (thrown: Exception) {
                rethrowOurCancellation()
                // Only the words of whoever refuses a target are fit for a log: those of a provider may be secret.
                val isRefused = given != null && thrown is IllegalArgumentException
                val text = if (isRefused) thrown.describe() else thrown.typeName()
                return onTrouble(
                    WsDisconnectCause.HandshakeFailed(WsHandshakeFailure.PROVIDER, null, null, text, thrown = thrown),
                )
            }
        if (session == null) {
            val text = "not open within ${settings.connectTimeout}"
            return onTrouble(WsDisconnectCause.HandshakeFailed(WsHandshakeFailure.TIMED_OUT, null, null, text))
        }
        val writer = writerOf(session, writable)
        // On the transport's loop there is no hop between the writer and the socket.
        val place = session.loop?.let { LoopDispatcher(it, settings.writerDispatcher) } ?: settings.writerDispatcher
        writing = scope.launch(place + CoroutineName("ws-writer-$generation")) { writer.run()?.let(::onTrouble) }
        scope.launch(CoroutineName("ws-write-watch-$generation")) { onTrouble(writer.watch()) }
        scope.launch(CoroutineName("ws-heartbeat-$generation")) {
            ready.await()
            onTrouble(liveness.watch())
        }
        post(LinkInput.Opened(generation))
    }

    /** One that user code met in its own work, by a time limit for instance, is a failure like any other. */
    private suspend fun rethrowOurCancellation() = currentCoroutineContext().ensureActive()

    /** Written by the opener, read by whoever takes the link down. */
    @Volatile
    private var writing: Job? = null

    private suspend fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ): WsTransportSession {
        val attempt: WsConnectAttempt = transport.connect(request, listener)
        val isOpen = AtomicBoolean()
        try {
            return opened.await().also { isOpen.set(true) }
        } finally {
            if (!isOpen.get()) attempt.cancel()
        }
    }

    private suspend fun takeDown(
        session: WsTransportSession,
        farewell: Farewell,
    ) {
        val close =
            when (farewell) {
                Farewell.Drop -> null
                is Farewell.Tell -> farewell.close
                is Farewell.Handshake -> farewell.close
            }
        // In the moment between the open and the start of the writer there is nobody to tell the peer.
        if (close != null && writing != null) {
            withTimeoutOrNull(settings.closeTimeout) {
                untilHurried {
                    outbound.offerControl(generation, WsFrame.Close(close))
                    writing?.join()
                    if (farewell is Farewell.Handshake) peerClosed.await()
                }
            }
        }
        session.abort()
        withTimeoutOrNull(settings.closeTimeout) { gone.await() }
    }

    /** Runs [block] until it ends, the socket is gone, or somebody wants the link dropped at once. */
    private suspend fun untilHurried(block: suspend () -> Unit) =
        coroutineScope {
            val steps = launch { block() }
            launch { gone.await() }.invokeOnCompletion { steps.cancel() }
            launch { hurried.await() }.invokeOnCompletion { steps.cancel() }
            steps.join()
            coroutineContext.cancelChildren()
        }

    override fun onOpen(session: WsTransportSession) {
        link = session
        // Too late: nobody else would ever drop this socket.
        if (!opened.complete(session)) session.abort()
    }

    override fun onConnectFailed(failure: WsConnectFailure): Unit = onTrouble(failure.toCause())

    override fun onTrouble(cause: WsDisconnectCause) {
        if (ending.complete(cause)) post(LinkInput.Troubled(generation, cause))
    }

    override fun onShutdown(reason: String): Unit = onShutdown.invoke(reason)

    override fun onWritable() {
        writable.trySend(Unit)
    }

    override fun onPeerClose() {
        peerClosed.complete(Unit)
    }

    override fun onGone(end: WsLinkEnd) {
        gone.complete(Unit)
    }

    override fun onBurst(
        frames: Int,
        bytes: Long,
    ): Unit = onBurst.invoke(frames, bytes)
}
