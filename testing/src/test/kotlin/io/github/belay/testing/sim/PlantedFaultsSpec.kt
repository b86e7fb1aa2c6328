package io.github.belay.testing.sim

import io.github.belay.WebSocketActorConfig
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.ImmediateReconnectFloor
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.NoSubscriptions
import io.github.belay.testing.RecordingListener
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.filterNot
import kotlinx.coroutines.launch
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private fun lying(liar: (Client) -> Client): () -> Seams =
    {
        object : Seams() {
            override fun client(client: Client): Client = liar(client)
        }
    }

private fun configured(change: WebSocketActorConfig.Builder.() -> Unit): () -> Seams =
    {
        object : Seams() {
            override fun configure(builder: WebSocketActorConfig.Builder) = builder.change()
        }
    }

private fun serving(quirks: Quirks): () -> Seams =
    {
        object : Seams() {
            override val quirks: Quirks = quirks
        }
    }

/** A transport that hands the connection's listener over as [wrap] makes it. */
private fun hearing(wrap: (WsTransportListener) -> WsTransportListener): () -> Seams =
    connecting { transport, request, listener -> transport.connect(request, wrap(listener)) }

private fun connecting(connect: (WsTransport, WsConnectRequest, WsTransportListener) -> WsConnectAttempt): () -> Seams =
    {
        object : Seams() {
            override fun transport(watched: WsTransport): WsTransport =
                object : WsTransport by watched {
                    override fun connect(
                        request: WsConnectRequest,
                        listener: WsTransportListener,
                    ): WsConnectAttempt = connect(watched, request, listener)
                }
        }
    }

/** A session as [wrap] makes it. */
private fun driving(wrap: (WsTransportSession) -> WsTransportSession): () -> Seams =
    hearing { listener ->
        object : WsTransportListener by listener {
            override fun onOpen(session: WsTransportSession) = listener.onOpen(wrap(session))
        }
    }

/** The proof that the simulation can fail: for each rule at least one planted fault that turns it red. */
class PlantedFaultsSpec :
    FunSpec({
        test("a transport that opens two links breaks ONE_LINK") {
            shouldTurnRed(
                Invariant.ONE_LINK,
                seams =
                    connecting { transport, request, listener ->
                        transport.connect(request, RecordingListener())
                        transport.connect(request, listener)
                    },
            )
        }

        test("a request that never ends breaks NOTHING_LEFT, for its caller never returns") {
            shouldTurnRed(
                Invariant.NOTHING_LEFT,
                seams =
                    lying { client ->
                        object : Client by client {
                            override suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome =
                                awaitCancellation()
                        }
                    },
            )
        }

        test("an outcome after the deadline breaks ONE_OUTCOME") {
            shouldTurnRed(
                Invariant.ONE_OUTCOME,
                seams =
                    lying { client ->
                        object : Client by client {
                            override suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome =
                                client
                                    .ask(
                                        request,
                                    ).also { if (it is WsDelegatedError.Unconfirmed) delay(2.milliseconds) }
                        }
                    },
            )
        }

        test("a deadline that fires early breaks ONE_OUTCOME") {
            shouldTurnRed(
                Invariant.ONE_OUTCOME,
                seams =
                    lying { client ->
                        object : Client by client {
                            override suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome =
                                client.ask(
                                    WsDelegatedRequest.confirmed(
                                        request.id,
                                        request.frame,
                                        request.timeout / 2 + 1.milliseconds,
                                    ),
                                )
                        }
                    },
            )
        }

        test("saying that a request was not delivered when it was breaks TRUE_OUTCOME") {
            shouldTurnRed(
                Invariant.TRUE_OUTCOME,
                seams =
                    lying { client ->
                        object : Client by client {
                            override suspend fun ask(request: WsDelegatedRequest): WsDelegatedOutcome {
                                val outcome = client.ask(request)
                                return if (outcome is WsDelegatedOk) {
                                    WsDelegatedError.NotDelivered(
                                        request.id,
                                        "lie",
                                    )
                                } else {
                                    outcome
                                }
                            }
                        }
                    },
            )
        }

        test("an endpoint that takes no for yes breaks TRUE_OUTCOME") {
            shouldTurnRed(Invariant.TRUE_OUTCOME) {
                object : Seams() {
                    override fun endpoint(endpoint: WsEndpointHandler<Script.Tick>): WsEndpointHandler<Script.Tick> =
                        object : WsEndpointHandler<Script.Tick> by endpoint {
                            override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? =
                                endpoint.matchRequestResponse(frame)?.let { WsRequestMatch.ok(it.id) }
                        }
                }
            }
        }

        test("a message that is sent twice breaks SEND_ORDER") {
            shouldTurnRed(
                Invariant.SEND_ORDER,
                seams =
                    lying { client ->
                        object : Client by client {
                            override fun tell(event: WebSocketEvent): Deferred<TellOutcome> {
                                client.tell(event)
                                return client.tell(event)
                            }
                        }
                    },
            )
        }

        test("messages before the subscriptions break SEND_ORDER") {
            shouldTurnRed(Invariant.SEND_ORDER) {
                object : Seams() {
                    override fun endpoint(endpoint: WsEndpointHandler<Script.Tick>): WsEndpointHandler<Script.Tick> =
                        object : WsEndpointHandler<Script.Tick> by endpoint {
                            override val subscriptions get() = NoSubscriptions
                        }
                }
            }
        }

        test("a status that skips CONNECTING breaks STATUS_GRAPH") {
            shouldTurnRed(
                Invariant.STATUS_GRAPH,
                seams =
                    lying { client ->
                        object : Client by client {
                            override val status: Flow<WsConnectionStatus>
                                get() = client.status.filter { it != WsConnectionStatus.CONNECTING }
                        }
                    },
            )
        }

        test("a lifecycle without Opened breaks LIFECYCLE_ORDER") {
            shouldTurnRed(
                Invariant.LIFECYCLE_ORDER,
                seams =
                    lying { client ->
                        object : Client by client {
                            override val lifecycle: Flow<WsLifecycleEvent>
                                get() = client.lifecycle.filterNot { it is WsLifecycleEvent.Opened }
                        }
                    },
            )
        }

        test("queues beyond their limits break BOUNDS") {
            shouldTurnRed(Invariant.BOUNDS, seams = configured { outboundCapacity = 1000 })
            shouldTurnRed(Invariant.BOUNDS, seams = configured { maxQueuedBytes = 1_000_000 })
            shouldTurnRed(Invariant.BOUNDS, seams = configured { maxPendingRequests = 1000 })
        }

        test("a server that repeats, skips or turns round its numbers breaks TOPIC_ORDER") {
            fun sending(change: (List<Script.Tick>) -> List<Script.Tick>) =
                serving(
                    object : Quirks() {
                        override fun ticks(ticks: List<Script.Tick>): List<Script.Tick> = change(ticks)
                    },
                )
            shouldTurnRed(Invariant.TOPIC_ORDER, seams = sending { it + it })
            shouldTurnRed(Invariant.TOPIC_ORDER, seams = sending { ticks -> ticks.filter { it.number % 10 != 0L } })
            shouldTurnRed(Invariant.TOPIC_ORDER, seams = sending { it.reversed() })
        }

        test("losing a message between link and user breaks TOPIC_ORDER") {
            shouldTurnRed(
                Invariant.TOPIC_ORDER,
                seams =
                    lying { client ->
                        object : Client by client {
                            override val messages: Flow<Script.Tick> get() =
                                client.messages.filter {
                                    it.number % 10 !=
                                        0L
                                }
                        }
                    },
            )
        }

        test("a delay that the strategy does not allow breaks BACKOFF") {
            shouldTurnRed(Invariant.BACKOFF, seams = configured { reconnect = ConstantBackoff(1.milliseconds) })
            shouldTurnRed(Invariant.BACKOFF, seams = configured { reconnect = ConstantBackoff(5.seconds) })
            shouldTurnRed(Invariant.BACKOFF, seams = configured { immediateFloor = ImmediateReconnectFloor(100) })
            shouldTurnRed(Invariant.BACKOFF, seams = configured { stabilityWindow = 5.seconds })
        }

        test("coming back before the server's Retry-After breaks BACKOFF") {
            shouldTurnRed(
                Invariant.BACKOFF,
                seams =
                    hearing { listener ->
                        object : WsTransportListener by listener {
                            override fun onConnectFailed(failure: WsConnectFailure) {
                                val deaf = failure as? WsConnectFailure.Rejected
                                listener.onConnectFailed(
                                    deaf?.let { WsConnectFailure.Rejected(it.status, WsHeaders.EMPTY, it.bodyStart) }
                                        ?: failure,
                                )
                            }
                        }
                    },
            )
        }

        test("a close that does nothing breaks NOTHING_LEFT") {
            shouldTurnRed(
                Invariant.NOTHING_LEFT,
                Ending.CLOSE,
                lying { client ->
                    object : Client by client {
                        override suspend fun close() = Unit
                    }
                },
            )
        }

        test("a socket that stays open after the end breaks NOTHING_LEFT") {
            shouldTurnRed(
                Invariant.NOTHING_LEFT,
                Ending.ABORT,
                driving { session ->
                    object : WsTransportSession by session {
                        override fun abort() = Unit
                    }
                },
            )
        }

        test("a timer that outlives the end breaks NOTHING_LEFT") {
            shouldTurnRed(Invariant.NOTHING_LEFT) { Leaking() }
        }

        test("a server that never comes back breaks LIVENESS") {
            shouldTurnRed(
                Invariant.LIVENESS,
                seams =
                    serving(
                        object : Quirks() {
                            override fun refusal(now: Duration): Refusal? =
                                Refusal.Unreachable.takeIf {
                                    now >
                                        30.seconds
                                }
                        },
                    ),
            )
        }

        test("an exception that nobody handles breaks NO_ERROR") {
            shouldTurnRed(
                Invariant.NO_ERROR,
                seams =
                    hearing { listener ->
                        object : WsTransportListener by listener {
                            override fun onReadComplete(): Unit = error("planted")
                        }
                    },
            )
        }
    })

/** A connection that makes a timer and forgets it. */
private class Leaking : Seams() {
    override fun client(client: Client): Client =
        object : Client by client {
            override suspend fun connect() {
                val dispatcher = checkNotNull(currentCoroutineContext()[ContinuationInterceptor])
                CoroutineScope(dispatcher).launch(CoroutineName("forgotten")) { delay(1.hours) }
                client.connect()
            }
        }
}
