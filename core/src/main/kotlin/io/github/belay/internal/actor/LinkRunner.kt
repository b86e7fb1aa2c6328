package io.github.belay.internal.actor

import io.github.belay.WebSocketActorConfig
import io.github.belay.WsAttempt
import io.github.belay.WsRuntime
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.typeName
import io.github.belay.ingress.WsIngress
import io.github.belay.internal.delivery.InboundBudget
import io.github.belay.internal.machine.LinkEffect
import io.github.belay.internal.machine.LinkInput
import io.github.belay.internal.machine.LinkMachine
import io.github.belay.internal.machine.LinkState
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.reader.Inbox
import io.github.belay.internal.reader.Reader
import io.github.belay.internal.session.Clock
import io.github.belay.internal.session.Heartbeat
import io.github.belay.internal.session.Liveness
import io.github.belay.internal.session.LivenessLimits
import io.github.belay.internal.session.Session
import io.github.belay.internal.session.SessionSettings
import io.github.belay.internal.session.Vitals
import io.github.belay.internal.writer.Writer
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.outbound.TellOutcome
import io.github.belay.transport.WsTransport
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import kotlin.concurrent.Volatile
import kotlin.time.Duration

/** What a link's owner hears. Called on the actor's turn. */
internal interface LinkOwner {
    fun linkOpened(
        generation: Long,
        subprotocol: String?,
    )

    fun linkReady(generation: Long)

    fun linkEnded(
        generation: Long,
        cause: WsDisconnectCause,
    )

    /** The ingress wants the connection closed. Called on the transport's thread. */
    fun shutdownRequested(reason: String)
}

/**
 * Steps the machine of the current physical link and performs what it asks for. Owned by the actor: not thread-safe,
 * but for [resumeReading] and [vitals].
 */
internal class LinkRunner<M : Any>(
    private val config: WebSocketActorConfig,
    private val runtime: WsRuntime,
    private val transport: WsTransport,
    private val endpoint: WsEndpointHandler<M>,
    private val ingress: WsIngress<M>,
    private val outbound: OutboundQueue,
    private val inbox: Inbox<M>,
    private val budget: InboundBudget,
    private val clock: Clock,
    private val guard: Guard,
    private val stats: StatsRecorder,
    private val timers: Timers,
    private val subscriptions: Subscriptions,
    private val scope: CoroutineScope,
    private val turns: TurnDispatcher,
    private val owner: LinkOwner,
    private val post: (Input.Fact) -> Unit,
) {
    private val machine =
        LinkMachine(
            gated = guard.run("sessionMode", false) { endpoint.sessionMode == WsSessionMode.AUTH_GATED },
            gatesSends = config.gateSends,
        )
    private val settings = SessionSettings(config.connectTimeout, config.closeTimeout, runtime.writer)
    private val limits = LivenessLimits(config.maxSilence, config.dataTimeout)
    private val tap = config.frameTap?.let { GuardedTap(it, guard) }
    private var session: Session? = null
    private var attempt = WsAttempt(generation = 0, attempt = 0, isReconnect = false)

    /** The reader of the current link. Written by the actor, read by whoever makes room. */
    @Volatile
    private var reader: Reader<M>? = null

    /** Of the current link. Written by the actor, read by whoever asks how the connection is. */
    @Volatile
    private var liveness: Liveness? = null

    /** How the current link stands; null while there is none. Safe from any thread. */
    val vitals: Vitals? get() = liveness?.vitals()

    var state: LinkState = LinkState.Absent
        private set

    /** Number of the current link; null while there is none. */
    val generation: Long? get() = (state as? LinkState.Present)?.generation

    /** True while requests may be sent. */
    val takesRequests: Boolean
        get() =
            state is LinkState.Ready ||
                (!config.gateSends && (state is LinkState.AwaitingConsent || state is LinkState.Replaying))

    /** True from the end of the handshake until the link is being taken down. */
    private val isOpen: Boolean
        get() =
            when (state) {
                LinkState.Absent, is LinkState.Connecting, is LinkState.Ending -> false

                is LinkState.Authenticating, is LinkState.AwaitingConsent, is LinkState.Replaying, is LinkState.Ready,
                -> true
            }

    fun open(attempt: WsAttempt) {
        this.attempt = attempt
        step(LinkInput.Open(attempt.generation))
    }

    /** Ends the current link, if it is of [generation]. Once more, and harsher, is heard too. */
    fun end(
        generation: Long,
        cause: WsDisconnectCause,
    ) {
        step(LinkInput.Troubled(generation, cause))
        if (attempt.generation == generation) session?.end(cause)
    }

    /** Ends the current link, whichever it is. */
    fun endCurrent(cause: WsDisconnectCause) = end(attempt.generation, cause)

    /** Sends [frame] on the current link, ahead of application messages; [onWritten] runs where that was written. */
    fun answer(
        frame: WsFrame,
        onWritten: () -> Unit = {},
    ) {
        session?.answer(frame, onWritten)
    }

    fun authenticated() {
        step(LinkInput.Authenticated(attempt.generation))
        subscriptions.unhold()
    }

    /** The user says that the session is authenticated, or no longer is. */
    fun declare(isAuthenticated: Boolean): TellOutcome {
        if (!isOpen) return TellOutcome.NotDelivered("no link is open")
        if (isAuthenticated) {
            authenticated()
        } else {
            step(LinkInput.Unauthenticated(attempt.generation))
            if (machine.gated) subscriptions.hold()
        }
        return TellOutcome.Done
    }

    /** Of what arrived [at], the endpoint found something to be data. */
    fun data(at: Duration) {
        liveness?.data(at)
    }

    fun resumeReading() {
        reader?.resumeReading()
    }

    fun step(input: LinkInput) {
        val step = machine.next(state, input)
        state = step.state
        step.effects.forEach(::perform)
    }

    private fun perform(effect: LinkEffect) {
        when (effect) {
            is LinkEffect.StartSession -> start(effect.generation)
            is LinkEffect.AnnounceOpened -> opened(effect.generation)
            is LinkEffect.WriteAuth -> session?.authenticate(endpoint::generateAuth)
            is LinkEffect.AdmitSends -> outbound.openTo(effect.generation)
            is LinkEffect.WriteReplay -> subscriptions.open(effect.generation)
            is LinkEffect.AnnounceReady -> ready(effect.generation)
            is LinkEffect.EndSession -> ending(effect)
            is LinkEffect.AnnounceEnded -> ended(effect)
        }
    }

    private fun start(generation: Long) {
        val pulse = LinkPulse(generation, config.latencyPolicy, stats, guard, post)
        val heartbeat = Heartbeat(config.pingPlan, generation, clock, outbound, pulse)
        val liveness = Liveness(heartbeat, limits, clock, inbox::isBehind)
        val session =
            Session(
                generation,
                settings,
                transport,
                target = attempt.let { { config.target.target(it) } },
                requestFor = config::request,
                outbound,
                liveness,
                writerOf = { link, writable ->
                    Writer(
                        outbound,
                        generation,
                        link,
                        config.buffers,
                        config.writeTimeout,
                        clock::now,
                        writable,
                        tap,
                        stats::framesSent,
                    )
                },
                post = { post(Input.OfLink(it)) },
                onShutdown = owner::shutdownRequested,
                onBurst = stats::framesReceived,
            )
        val reader = Reader(generation, ingress, outbound, liveness, inbox, budget, session, tap)
        this.session = session
        this.reader = reader
        this.liveness = liveness
        var ended: WsDisconnectCause? = null
        val run = scope.launch(CoroutineName("ws-session-$generation")) { ended = session.run(reader) }
        // From the completion and not from the body: a coroutine cancelled before it starts never runs its body.
        run.invokeOnCompletion { failure ->
            val cause = ended ?: WsDisconnectCause.InternalError("session", failure?.typeName().orEmpty(), failure)
            post(Input.OfLink(LinkInput.Over(generation, cause)))
        }
    }

    private fun opened(generation: Long) {
        val text = "open, but not ready within ${config.connectTimeout}"
        val late = WsDisconnectCause.HandshakeFailed(WsHandshakeFailure.TIMED_OUT, null, null, text)
        timers.arm(Timer.SETUP, config.connectTimeout, Input.OfLink(LinkInput.Troubled(generation, late)))
        turns.moveTo(session?.loop)
        owner.linkOpened(generation, session?.subprotocol)
    }

    private fun ready(generation: Long) {
        timers.disarm(Timer.SETUP)
        session?.markReady()
        owner.linkReady(generation)
        // Only now, so that no queued message leaves before the link was said to be ready.
        outbound.openTo(generation)
    }

    private fun ending(effect: LinkEffect.EndSession) {
        timers.disarm(Timer.SETUP)
        // Saying farewell takes time, in which the link must not come to count as stable.
        timers.disarm(Timer.STABILITY)
        session?.end(effect.cause)
    }

    private fun ended(effect: LinkEffect.AnnounceEnded) {
        timers.disarm(Timer.SETUP)
        turns.moveTo(null)
        outbound.shut(effect.generation)
        val hadOpened = reader?.retire() ?: false
        if (hadOpened) guard.run("ingress.onDisconnect", Unit) { ingress.onDisconnect(effect.cause.toString()) }
        session = null
        reader = null
        liveness = null
        owner.linkEnded(effect.generation, effect.cause)
    }
}
