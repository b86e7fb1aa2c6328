package io.github.belay

import io.github.belay.endpoint.RawFrames
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import io.github.belay.ingress.ForwardAllIngress
import io.github.belay.ingress.WsIngress
import io.github.belay.internal.actor.Admission
import io.github.belay.internal.actor.ConnectionActor
import io.github.belay.internal.actor.Input
import io.github.belay.internal.actor.Mailbox
import io.github.belay.internal.machine.ConnectionInput
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsConnectionStats
import io.github.belay.observe.WsHealth
import io.github.belay.outbound.TellOutcome
import io.github.belay.outbound.WsOverflow
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.subscription.WsSubscriptions
import io.github.belay.transport.WsTransport
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * One WebSocket connection that does not let go: it opens, keeps itself alive, and comes back by itself until it is
 * told not to. Construction does not connect.
 *
 * Every function is safe from any thread, and cancelling a caller cancels its wait and nothing else. Whoever makes an
 * actor calls [close] in the end, or cancels the parent in [WsRuntime].
 *
 * @param M what the endpoint makes of messages; [WsFrame] without an endpoint
 */
public class WebSocketActor<M : Any>(
    transport: WsTransport,
    endpoint: WsEndpointHandler<M>,
    ingress: WsIngress<M>,
    /** The settings. */
    public val config: WebSocketActorConfig,
    runtime: WsRuntime,
) {
    init {
        transport.check(config.fixedRequest())
    }

    private val actor = ConnectionActor(config, transport, endpoint, ingress, runtime)

    init {
        config.registry?.let { registry ->
            // Whatever is made is taken down again if the name is taken.
            actor.job.invokeOnCompletion { registry.remove(config.name, this) }
            try {
                registry.register(config.name, this)
            } catch (taken: IllegalArgumentException) {
                actor.job.cancel()
                throw taken
            }
        }
    }

    /** Where the connection stands. */
    public val status: StateFlow<WsConnectionStatus> = actor.status.asStateFlow()

    /**
     * What the endpoint made of the messages, in order. Hot: each collector gets everything from the moment it
     * collects. While nobody collects, the newest [WebSocketActorConfig.inboundCapacity] messages are kept for the next
     * collector; older ones are dropped and counted. A slow collector holds the peer back through TCP. Completes after
     * [close].
     */
    public val messages: Flow<M> = actor.messages

    /**
     * What happens to the connection, in order, from the moment of collecting. A collector that does not keep up loses
     * the oldest events, which [WsConnectionStats.lifecycleEventsLost] counts. Completes after [close].
     */
    public val lifecycle: Flow<WsLifecycleEvent> = actor.lifecycle.flow()

    /** What the connection is to be subscribed to, on this link and all that come. */
    public val subscriptions: WsSubscriptions = actor.subscriptionDoor

    /** A snapshot of all counters. */
    public fun stats(): WsConnectionStats = actor.snapshot()

    /**
     * How long ago data of [topic] last arrived, on whichever link; null if none did. A topic is what the endpoint says it
     * is; see [io.github.belay.endpoint.WsParseOutcome.Message.topic].
     */
    public fun topicAge(topic: String): Duration? = actor.topics.age(topic)

    /** Whether the connection can do its work at this moment, and why not. Costs no I/O, and never waits. */
    public fun health(): WsHealth = actor.health()

    /**
     * Connects and suspends until the connection is ready. Returns at once while it is.
     *
     * Throws [WebSocketException] with the cause when the connection gives up or is told to disconnect, and without one
     * when 1024 commands wait already; [WebSocketClosedException] when it is closed. As long as it goes on trying, this
     * goes on waiting: bound it with a timeout, or `tell(WebSocketEvent.Connect)` and do not wait.
     */
    public suspend fun connect() {
        val ready = CompletableDeferred<Unit>()
        admit(Input.Connect(ready))
        await(ready)
    }

    /**
     * Suspends until the connection is ready, at most [timeout]; works before [connect] was called.
     *
     * Throws [WebSocketTimeoutException] when the time is up, [WebSocketClosedException] when the connection is closed,
     * and [WebSocketException] when 1024 commands wait already.
     */
    public suspend fun awaitReady(timeout: Duration) {
        val ready = CompletableDeferred<Unit>()
        admit(Input.AwaitReady(ready))
        withTimeoutOrNull(timeout) { await(ready) } ?: throw WebSocketTimeoutException("not ready within $timeout")
    }

    /**
     * Hands [event] over and returns at once. The result completes when the event has had its effect, or cannot have it
     * any more; ignoring it is fine.
     *
     * A message waits in the bounded queue while there is no link, and survives lost links there.
     */
    public fun tell(event: WebSocketEvent): Deferred<TellOutcome> {
        val outcome = CompletableDeferred<TellOutcome>()
        if (event is WebSocketEvent.Send) {
            actor.sending.tell(event, outcome)
        } else {
            when (actor.offer(Input.Tell(event, outcome))) {
                Admission.TAKEN -> Unit
                Admission.FULL -> outcome.complete(TellOutcome.QueueFull(Mailbox.MAX_COMMANDS.toLong(), "commands"))
                Admission.CLOSED -> outcome.complete(TellOutcome.Closed)
            }
        }
        return outcome
    }

    /**
     * [tell] for who would rather wait than be refused: under [WsOverflow.BLOCK] it suspends until the queue has room, first
     * come first served. When it is cancelled before that, nothing is sent. The result is that of [tell]. Under every other
     * strategy it does not suspend.
     */
    public suspend fun send(event: WebSocketEvent.Send): Deferred<TellOutcome> {
        val outcome = CompletableDeferred<TellOutcome>()
        actor.sending.send(event, outcome)
        return outcome
    }

    /**
     * Sends [request] and suspends until its outcome is known, at most its timeout. Every request ends in exactly one
     * outcome; nothing is thrown but cancellation, which makes the connection forget the caller.
     */
    public suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome = actor.ask(request)

    /**
     * Closes the link in order and stays down until the next [connect]; suspends until it is down. Messages that were
     * not sent end as not delivered. Code and reason obey [WsCloseFrame.of].
     */
    public suspend fun disconnect(
        code: Int = CloseCode.NORMAL,
        reason: String = "",
    ) {
        val outcome = CompletableDeferred<TellOutcome>()
        val admission = insist(Input.Tell(WebSocketEvent.disconnect(code, reason), outcome))
        if (admission == Admission.TAKEN) outcome.await()
    }

    /**
     * Closes for good: sends a Close frame, waits at most [WebSocketActorConfig.closeTimeout] for the peer's, and lets
     * everything go. Suspends until nothing is left, or four times the close timeout has passed: user code that neither
     * finishes nor heeds its cancellation goes on without its caller. Whoever still waits for something is told.
     * Idempotent.
     *
     * Before that it takes no more messages and requests, and lets those that wait leave, for at most [drain]; what has not
     * left by then ends as not delivered. Default zero: nothing waits.
     */
    public suspend fun close(
        code: Int = CloseCode.NORMAL,
        reason: String = "",
        drain: Duration = Duration.ZERO,
    ) {
        require(!drain.isNegative()) { "drain must be >= 0 but was $drain" }
        val close = WsCloseFrame.of(code, reason)
        val cause = WsDisconnectCause.Requested(close.code, reason)
        try {
            if (drain > Duration.ZERO) withTimeoutOrNull(drain) { actor.outbound.drain() }
        } catch (cancelled: CancellationException) {
            // Who goes while it drains does not take the close back.
            withContext(NonCancellable) { insist(Input.Close(ConnectionInput.Close(cause))) }
            throw cancelled
        }
        end(cause)
    }

    /** Ends for good at once, without a Close frame; suspends like [close]. Also hurries a [close] under way. */
    public suspend fun abort(): Unit = end(WsDisconnectCause.Requested(CloseCode.ABNORMAL, "aborted"))

    private suspend fun end(cause: WsDisconnectCause) {
        insist(Input.Close(ConnectionInput.Close(cause)))
        // User code that neither finishes nor heeds its cancellation must not hold the caller for ever.
        withTimeoutOrNull(config.closeTimeout * CLOSING_STEPS) { actor.job.join() }
    }

    private suspend fun admit(command: Input.Command) {
        when (actor.offer(command)) {
            Admission.TAKEN -> Unit
            Admission.FULL -> throw WebSocketException("${Mailbox.MAX_COMMANDS} commands are waiting")
            Admission.CLOSED -> throw WebSocketClosedException(disconnectCause = null)
        }
    }

    /** Puts [command] into the mailbox, however full that is: the actor never waits, so room comes at once. */
    private suspend fun insist(command: Input.Command): Admission {
        while (true) {
            val admission = actor.offer(command)
            if (admission != Admission.FULL) return admission
            delay(ROOM_RECHECK)
        }
    }

    private suspend fun await(ready: CompletableDeferred<Unit>) {
        try {
            ready.await()
        } catch (cancelled: CancellationException) {
            ready.cancel()
            throw cancelled
        }
    }

    private companion object {
        /** Close handshake, end of the socket, end of user code; and one for luck. */
        const val CLOSING_STEPS = 4

        val ROOM_RECHECK = 1.milliseconds
    }
}

/** A connection whose messages [endpoint] understands. */
public fun <M : Any> WebSocketActor(
    transport: WsTransport,
    endpoint: WsEndpointHandler<M>,
    ingress: WsIngress<M> = ForwardAllIngress(),
    runtime: WsRuntime = WsRuntime(),
    configure: WebSocketActorConfig.Builder.() -> Unit,
): WebSocketActor<M> =
    WebSocketActor(transport, endpoint, ingress, WebSocketActorConfig.Builder().apply(configure).build(), runtime)

/** A connection that yields frames as they are. */
public fun WebSocketActor(
    transport: WsTransport,
    runtime: WsRuntime = WsRuntime(),
    configure: WebSocketActorConfig.Builder.() -> Unit,
): WebSocketActor<WsFrame> = WebSocketActor(transport, RawFrames(), ForwardAllIngress(), runtime, configure)
