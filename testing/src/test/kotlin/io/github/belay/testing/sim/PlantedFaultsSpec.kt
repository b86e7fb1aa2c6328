package io.github.belay.testing.sim

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.ImmediateReconnectFloor
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.NoSubscriptions
import io.github.belay.testing.RecordingListener
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.filterNot
import kotlinx.coroutines.yield
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

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

        test("a request that never ends breaks ONE_OUTCOME") {
            shouldTurnRed(
                Invariant.ONE_OUTCOME,
                seams =
                    asking { client, request ->
                        awaitCancellation()
                    },
            )
        }

        test("a message that never ends breaks ONE_OUTCOME") {
            shouldTurnRed(
                Invariant.ONE_OUTCOME,
                seams =
                    lying { client ->
                        object : Client by client {
                            override fun tell(event: WebSocketEvent): Deferred<TellOutcome> = CompletableDeferred()
                        }
                    },
            )
        }

        test("an outcome after the deadline breaks DEADLINE") {
            shouldTurnRed(
                Invariant.DEADLINE,
                seams =
                    asking { client, request ->
                        client
                            .ask(
                                request,
                            ).also { if (it is WsDelegatedError.Unconfirmed) delay(2.milliseconds) }
                    },
            )
        }

        test("a deadline that fires early breaks DEADLINE") {
            shouldTurnRed(
                Invariant.DEADLINE,
                seams =
                    asking { client, request ->
                        client.ask(
                            WsDelegatedRequest.confirmed(
                                request.id,
                                request.frame,
                                request.timeout / 2 + 1.milliseconds,
                            ),
                        )
                    },
            )
        }

        test("a wait that goes on beyond its limit, or gives up before, breaks DEADLINE") {
            fun waiting(change: (Duration) -> Duration) =
                lying { client ->
                    object : Client by client {
                        override suspend fun awaitReady(timeout: Duration) = client.awaitReady(change(timeout))
                    }
                }
            shouldTurnRed(Invariant.DEADLINE, seams = waiting { it + 2.milliseconds })
            shouldTurnRed(Invariant.DEADLINE, seams = waiting { it / 2 })
        }

        test("limits of a link that are not the configured ones break DEADLINE") {
            shouldTurnRed(Invariant.DEADLINE, seams = configured { connectTimeout = 20.seconds })
            shouldTurnRed(Invariant.DEADLINE, seams = configured { connectTimeout = 100.milliseconds })
            shouldTurnRed(Invariant.DEADLINE, seams = configured { maxSilence = 100.milliseconds })
            shouldTurnRed(
                Invariant.DEADLINE,
                seams = configured { heartbeat = ProtocolPingPong(500.milliseconds, 1.milliseconds) },
            )
        }

        test("saying that a request was not delivered when it was breaks TRUE_OUTCOME") {
            shouldTurnRed(
                Invariant.TRUE_OUTCOME,
                seams =
                    asking { client, request ->
                        val outcome = client.ask(request)
                        if (outcome is WsDelegatedOk) {
                            WsDelegatedError.NotDelivered(
                                request.id,
                                "lie",
                            )
                        } else {
                            outcome
                        }
                    },
            )
        }

        test("saying that a request was sent when it was not breaks TRUE_OUTCOME") {
            shouldTurnRed(
                Invariant.TRUE_OUTCOME,
                seams =
                    asking { client, request ->
                        WsDelegatedOk(request.id, confirmed = false, response = null, feedback = null)
                    },
            )
        }

        test("a socket that loses messages, or sends requests twice, breaks TRUE_OUTCOME") {
            fun writing(write: WsTransportSession.(WsFrame, Script?) -> Unit) =
                driving { session ->
                    object : WsTransportSession by session {
                        override fun write(frame: WsFrame) =
                            session.write(frame, (frame as? WsFrame.Text)?.let { Script.parse("${it.text}") })
                    }
                }
            shouldTurnRed(
                Invariant.TRUE_OUTCOME,
                seams = writing { frame, words -> if ((words as? Script.Told)?.number?.rem(10) != 0) write(frame) },
            )
            shouldTurnRed(
                Invariant.TRUE_OUTCOME,
                seams = writing { frame, words -> repeat(if (words is Script.Request) 2 else 1) { write(frame) } },
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
            shouldTurnRed(Invariant.BOUNDS, seams = configured { inboundCapacity = 1000 })
            shouldTurnRed(Invariant.BOUNDS, seams = configured { maxInboundBytes = 1_000_000 })
        }

        test("reading on when there is no room breaks BOUNDS") {
            shouldTurnRed(
                Invariant.BOUNDS,
                seams =
                    driving { session ->
                        object : WsTransportSession by session {
                            override fun setReading(enabled: Boolean) = Unit
                        }
                    },
            )
        }

        test("taking any number of calls before the first is looked at breaks BOUNDS") {
            shouldTurnRed(
                Invariant.BOUNDS,
                seams =
                    asking { client, request ->
                        yield()
                        client.ask(request)
                    },
            )
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

        test("counting an outcome as another breaks TRUE_STATS") {
            shouldTurnRed(
                Invariant.TRUE_STATS,
                seams =
                    asking { client, request ->
                        val outcome = client.ask(request)
                        if (outcome is WsDelegatedOk) {
                            WsDelegatedOk(outcome.id, confirmed = false, response = null, feedback = null)
                        } else {
                            outcome
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
