package io.github.belay.internal.actor

import io.github.belay.WebSocketActorConfig
import io.github.belay.WsAttempt
import io.github.belay.WsRuntime
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.typeName
import io.github.belay.ingress.WsIngress
import io.github.belay.internal.delivery.Broadcast
import io.github.belay.internal.delivery.Delivery
import io.github.belay.internal.delivery.InboundBudget
import io.github.belay.internal.machine.ConnectionEffect
import io.github.belay.internal.machine.ConnectionInput
import io.github.belay.internal.machine.ConnectionMachine
import io.github.belay.internal.machine.ConnectionState
import io.github.belay.internal.machine.History
import io.github.belay.internal.machine.LinkInput
import io.github.belay.internal.machine.LinkState
import io.github.belay.internal.machine.publicStatus
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.reader.Inbox
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsConnectionStats
import io.github.belay.observe.WsHealth
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptions
import io.github.belay.transport.WsTransport
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.launch
import kotlin.coroutines.suspendCoroutine
import kotlin.time.Duration

/**
 * The single writer of a connection's state: takes an input, steps the machines, performs the effects, publishes.
 *
 * It waits for nothing but the next input. Whatever an effect learns comes back as an input of its own.
 */
internal class ConnectionActor<M : Any>(
    private val config: WebSocketActorConfig,
    transport: WsTransport,
    private val endpoint: WsEndpointHandler<M>,
    ingress: WsIngress<M>,
    runtime: WsRuntime,
) : LinkOwner {
    private val supervisor = SupervisorJob(runtime.parent[Job])
    private val scope =
        CoroutineScope(runtime.parent + supervisor + runtime.actor + CoroutineName("ws-actor-${config.name}"))
    private val turns = TurnDispatcher(runtime.actor)
    private val clock = Clock(runtime.timeSource)
    private val mailbox = Mailbox(::turn, ::over)
    private val timers = Timers(scope, mailbox::post)
    private val log = ConnectionLog(config.name)
    private val waiters = Waiters()

    val stats: StatsRecorder = StatsRecorder(config.name, config.metrics, clock)
    private val guard = Guard(config.name, onError = stats::handlerError)

    val outbound: OutboundQueue =
        OutboundQueue(
            config.outboundCapacity,
            config.maxQueuedBytes,
            stats::queueRefused,
            config.overflow,
            config.offline,
            config.queueWarnRatio,
            onFilling = ::queueFills,
            onEvicted = stats::queueEvicted,
            onExpiry = { mailbox.post(Input.MessagesExpire) },
        )
    val sending = Sending(outbound, config.overflow, clock)
    private val requests = Requests(config.maxPendingRequests, outbound, clock, timers, stats, mailbox::post)

    val lifecycle: Broadcast<WsLifecycleEvent> = Broadcast(capacity = 256)
    private val inbox = Inbox<M> { mailbox.turnOrPost(Input.InboundWaiting) }
    private val budget =
        InboundBudget(config.inboundCapacity, config.maxInboundBytes, stats::readingPaused) { links.resumeReading() }
    private val messageErrors = MessageErrors(config.messageErrors, mailbox::post)
    private val handlers = guard.overHandlers(stats, messageErrors)
    private val delivery = Delivery(endpoint, budget, handlers, config.inboundCapacity, config.inlineDelivery)
    val messages: Flow<M> = delivery.messages
    private val subscriptions =
        subscriptionsOf(endpoint, config, guard, outbound, clock, timers, mailbox::post, ::tell)

    /** The desired set, for the user. */
    val subscriptionDoor: WsSubscriptions = SubscriptionDoor(subscriptions, mailbox::offer)

    private val judge = Judge(config, endpoint, runtime.random, clock, guard)
    private val links: LinkRunner<M> =
        LinkRunner(
            config,
            runtime,
            transport,
            endpoint,
            ingress,
            outbound,
            inbox,
            budget,
            clock,
            guard,
            stats,
            timers,
            subscriptions,
            scope,
            turns,
            owner = this,
            post = mailbox::post,
        )
    val topics: TopicClocks = TopicClocks(clock)
    private val effects =
        InboundEffects(endpoint, guard, requests, subscriptions, links, stats, ::step, mailbox::post)
    private val continuity = Continuity(endpoint, clock, guard, effects)
    private val lag = payloadLagOf(config, endpoint, clock, runtime, guard, stats)
    private val inboundTurn =
        InboundTurn(endpoint, inbox, delivery, effects, guard, topics, lag, messageErrors, continuity)

    /** Written by the actor; by the completion of its loop once that is dead. */
    private var state: ConnectionState = ConnectionState.Idle(History())

    /** What the last link was lost by. Written by the actor, read by whoever asks how the connection is. */
    @Volatile
    private var lastCause: WsDisconnectCause? = null

    private var isAbandoned = false

    /** Where the connection stands. Written by the actor only. */
    val status: MutableStateFlow<WsConnectionStatus> = MutableStateFlow(WsConnectionStatus.DISCONNECTED)

    /** Complete when nothing of this connection is left. */
    val job: Job get() = supervisor

    private val delivering = Delivering(delivery, scope, runtime.delivery, config)

    init {
        scope.launch(turns) { mailbox.serve() }.invokeOnCompletion { failure ->
            if (failure != null) mailbox.abandon(Input.Abandoned)
        }
    }

    /** The last turn was taken. */
    private fun over() {
        publish()
        supervisor.complete()
        if (isAbandoned) supervisor.cancel()
    }

    fun snapshot(): WsConnectionStats =
        stats.snapshot(status.value, outbound.stats(), requests.size, budget.isOver, lifecycle.overrun)

    fun health(): WsHealth = healthOf(status.value, lastCause, links.vitals, budget.isOver)

    /** Takes [command], if there is room; safe from any thread. */
    fun offer(command: Input.Command): Admission = mailbox.offer(command)

    /** Sends [request] and suspends until its outcome is known. */
    suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome =
        suspendCoroutine { caller ->
            val asking = Asking(request, clock.now() + request.timeout, caller, requests)
            when (mailbox.offer(asking)) {
                Admission.TAKEN -> asking.heedCancellation()
                Admission.FULL -> asking.refuse("${Mailbox.MAX_COMMANDS} commands are waiting")
                Admission.CLOSED -> asking.refuse("connection closed")
            }
        }

    // A fault of ours, or user code that broke a promise in a way nobody thought of, costs the link and not the owner.
    @Suppress("TooGenericExceptionCaught")
    private fun turn(input: Input) {
        try {
            handle(input)
        } catch (broken: Exception) {
            if (links.state !is LinkState.Present) throw broken
            stats.handlerError("actor", broken)
            links.endCurrent(WsDisconnectCause.InternalError("actor", broken.typeName(), broken))
        }
        publish()
    }

    /** Somebody cancelled the parent, or the loop broke: the same end as ever, without its waits. */
    private fun abandon() {
        isAbandoned = true
        step(ConnectionInput.Close(ABANDONED))
        links.generation?.let { links.step(LinkInput.Over(it, ABANDONED)) }
        // A turn that broke off may have left the two machines apart.
        if (state !is ConnectionState.Closed) release(ABANDONED)
    }

    private fun handle(input: Input) {
        when (input) {
            is Input.OfLink -> ofLink(input.input)
            is Input.OfConnection -> step(input.input)
            is Input.Notice -> if (input.generation == links.generation) tell(input.event)
            Input.InboundWaiting -> inbound()
            Input.RequestNews -> requests.onNews()
            Input.DeadlineDue -> requests.onDeadline()
            Input.MessagesExpire -> expire()
            is Input.OfSubscriptions -> subscriptions.onDue(input.due)
            Input.Abandoned -> abandon()
            is Asking -> ask(input)
            is Subscribing -> subscribe(input)
            is Input.Resubscribed -> inboundTurn.resubscribed(input, links.generation)
            is Input.AwaitReady -> waiters.awaitReady(input.ready)
            is Input.Connect -> connect(input)
            is Input.Close -> step(input.input)
            is Input.Tell -> told(input)
        }
    }

    private fun expire() {
        val next = outbound.expire(clock.now())
        if (next != Duration.INFINITE) timers.arm(Timer.EXPIRY, next - clock.now(), Input.MessagesExpire)
    }

    private fun queueFills(fill: Double) {
        log.queueFills(fill)
        stats.queueFills(fill)
    }

    private fun told(input: Input.Tell) {
        val isClosed = state is ConnectionState.Closed
        when (val event = input.event) {
            WebSocketEvent.Connect -> {
                step(ConnectionInput.Connect)
                input.outcome.complete(if (isClosed) TellOutcome.Closed else TellOutcome.Done)
            }

            is WebSocketEvent.Disconnect -> {
                step(ConnectionInput.Stop(WsDisconnectCause.Requested(event.close.code, event.close.reason.toString())))
                if (isClosed) input.outcome.complete(TellOutcome.Closed) else waiters.awaitDown(input.outcome)
            }

            is WebSocketEvent.SetAuthenticated -> {
                input.outcome.complete(if (isClosed) TellOutcome.Closed else links.declare(event.authenticated))
            }

            WebSocketEvent.ReplaySubscriptions -> {
                if (isClosed) input.outcome.complete(TellOutcome.Closed) else subscriptions.resend(input.outcome)
            }

            is WebSocketEvent.Send -> {
                sending.tell(event, input.outcome)
            }
        }
    }

    private fun subscribe(change: Subscribing) =
        if (state is ConnectionState.Closed) {
            change.refuse(
                WsSubscriptionOutcome.Closed,
            )
        } else {
            subscriptions.update(change)
        }

    private fun connect(input: Input.Connect) {
        step(ConnectionInput.Connect)
        waiters.awaitConnected(input.ready)
    }

    private fun ask(asking: Asking) {
        when {
            state is ConnectionState.Closed -> asking.refuse("connection closed")
            !links.takesRequests -> asking.refuse("connection not ready")
            else -> requests.ask(asking)
        }
    }

    private fun ofLink(input: LinkInput) {
        // What came in before the end is the user's, whatever order the news took.
        try {
            if (input is LinkInput.Over) inboundTurn.takeAll(links.generation)
        } finally {
            // No other word of the end will come.
            links.step(input)
        }
    }

    /** One batch for each turn, so that a flood cannot hold commands and facts up. */
    private fun inbound() {
        // What came right behind the handshake waits until the endpoint has heard of the link; then linkOpened rings.
        if (links.state is LinkState.Connecting) return
        inboundTurn.takeOne(links.generation)
        if (!inbox.isAnswered()) mailbox.post(Input.InboundWaiting)
    }

    private fun step(input: ConnectionInput) {
        val step = ConnectionMachine.next(state, input)
        state = step.state
        step.effects.forEach(::perform)
    }

    private fun perform(effect: ConnectionEffect) {
        when (effect) {
            is ConnectionEffect.OpenLink -> openLink(effect)
            is ConnectionEffect.EndLink -> links.end(effect.generation, effect.cause)
            is ConnectionEffect.Greet -> greet(effect.event)
            is ConnectionEffect.Judge -> step(ConnectionInput.Judged(effect.generation, judge.judge(effect)))
            is ConnectionEffect.Pardon -> judge.pardon()
            is ConnectionEffect.ArmRetry -> armRetry(effect)
            ConnectionEffect.DisarmRetry -> timers.disarm(Timer.RETRY)
            is ConnectionEffect.ArmStability -> armStability(effect)
            is ConnectionEffect.Credit -> credit()
            ConnectionEffect.ResetStrategy -> judge.resetStrategy()
            is ConnectionEffect.Part -> part(effect.event)
            is ConnectionEffect.Publish -> tell(effect.event)
            is ConnectionEffect.FailQueued -> outbound.failAll(effect.text)
            is ConnectionEffect.Release -> release(effect.cause)
        }
    }

    private fun openLink(effect: ConnectionEffect.OpenLink) {
        val retryIn = judge.refusal()
        if (retryIn != null) {
            tell(WsLifecycleEvent.Refused(retryIn))
            step(ConnectionInput.Refused(effect.generation, retryIn))
        } else {
            tell(WsLifecycleEvent.Connecting(effect.generation, effect.attempt))
            links.open(WsAttempt(effect.generation, effect.attempt, effect.isReconnect))
        }
    }

    private fun armRetry(effect: ConnectionEffect.ArmRetry) =
        timers.arm(Timer.RETRY, effect.after, Input.OfConnection(ConnectionInput.RetryDue(effect.generation)))

    private fun armStability(effect: ConnectionEffect.ArmStability) =
        timers.arm(
            Timer.STABILITY,
            config.stabilityWindow,
            Input.OfConnection(ConnectionInput.StableDue(effect.generation)),
        )

    private fun credit() {
        judge.credit()
        log.stable()
    }

    private fun greet(event: WsLifecycleEvent.Opened) {
        tell(event)
        inboundTurn.greet(event.isReconnect)
    }

    private fun part(event: WsLifecycleEvent.Disconnected) {
        timers.disarm(Timer.STABILITY)
        lastCause = event.cause
        inboundTurn.part(event.cause, event.willReconnect)
        tell(event)
    }

    private fun tell(event: WsLifecycleEvent) {
        stats.lifecycle(event)
        log.tell(event)
        lifecycle.trySendDroppingOldest(listOf(event))
    }

    /** Lets everything go and leaves nobody waiting. The second call finds nothing to do. */
    private fun release(cause: WsDisconnectCause) {
        state = ConnectionState.Closed(cause)
        timers.disarmAll()
        judge.pardon()
        requests.lost(cause)
        outbound.close()
        if (status.value != WsConnectionStatus.CLOSED) tell(WsLifecycleEvent.Closed(cause))
        lifecycle.close()
        delivering.finish(cause)
        mailbox.close()
        publish()
    }

    private fun publish() {
        val now = publicStatus(state, links.state)
        // Setting it takes a lock, even to what it is.
        if (status.value != now) status.value = now
        waiters.settle(status.value, state, lastCause)
    }

    override fun linkOpened(
        generation: Long,
        subprotocol: String?,
    ) {
        continuity.opened(subscriptions.wanted())
        step(ConnectionInput.LinkOpened(generation, subprotocol))
        if (!inbox.isAnswered()) mailbox.post(Input.InboundWaiting)
    }

    override fun linkReady(generation: Long) {
        step(ConnectionInput.LinkReady(generation))
        inboundTurn.ready()
    }

    override fun linkEnded(
        generation: Long,
        cause: WsDisconnectCause,
    ) {
        requests.lost(cause)
        val isOver = state is ConnectionState.Closing
        val carried = subscriptions.lost(if (isOver) WsSubscriptionOutcome.Closed else WsSubscriptionOutcome.Stored)
        continuity.lost(cause, carried, subscriptions.wanted())
        step(ConnectionInput.LinkEnded(generation, cause, clock.now()))
    }

    override fun shutdownRequested(reason: String) =
        mailbox.post(Input.OfConnection(ConnectionInput.Close(WsDisconnectCause.EndpointRequested(reason))))

    private companion object {
        /** The scope above was cancelled, or the loop itself failed. */
        val ABANDONED = WsDisconnectCause.Requested(CloseCode.ABNORMAL, "scope cancelled")
    }
}
