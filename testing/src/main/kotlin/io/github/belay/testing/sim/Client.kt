package io.github.belay.testing.sim

import io.github.belay.WebSocketActor
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsConnectionStats
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.subscription.WsSubscriptions
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.flow.Flow
import kotlin.time.Duration

/** What a run does with a connection. An interface, so that a proof can put a liar in the connection's place. */
internal interface Client {
    val status: Flow<WsConnectionStatus>
    val lifecycle: Flow<WsLifecycleEvent>
    val messages: Flow<Script.Tick>

    fun stats(): WsConnectionStats

    suspend fun connect()

    suspend fun awaitReady(timeout: Duration)

    suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome

    fun tell(event: WebSocketEvent): Deferred<TellOutcome>

    /** What is to be subscribed to. */
    val subscriptions: WsSubscriptions

    suspend fun disconnect(code: Int)

    suspend fun close()

    suspend fun abort()
}

/** The connection itself. */
internal class ActorClient(
    private val actor: WebSocketActor<Script.Tick>,
) : Client {
    override val status: Flow<WsConnectionStatus> get() = actor.status
    override val lifecycle: Flow<WsLifecycleEvent> get() = actor.lifecycle
    override val messages: Flow<Script.Tick> get() = actor.messages

    override val subscriptions: WsSubscriptions get() = actor.subscriptions

    override fun stats(): WsConnectionStats = actor.stats()

    override suspend fun connect() = actor.connect()

    override suspend fun awaitReady(timeout: Duration) = actor.awaitReady(timeout)

    override suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome = actor.ask(request)

    override fun tell(event: WebSocketEvent): Deferred<TellOutcome> = actor.tell(event)

    override suspend fun disconnect(code: Int) = actor.disconnect(code)

    override suspend fun close() = actor.close()

    override suspend fun abort() = actor.abort()
}
