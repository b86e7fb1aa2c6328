package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketActorConfig
import io.github.belay.WsTarget
import io.github.belay.WsTargetProvider
import io.github.belay.continuity.WsSequenceRecovery
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsServerErrorAction
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.ForwardAllIngress
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.WsLatencyPolicy
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.testing.MockConnection
import io.github.belay.transport.WsConnectFailure
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** One way to lose a link or to fail an attempt. */
internal class Provocation(
    /** The cause that it leads to, as a log shows it. */
    val cause: String,
    /** How long after the connect the loss is noticed. */
    val after: Duration = Duration.ZERO,
    private val configure: WebSocketActorConfig.Builder.() -> Unit = {},
    private val target: WsTargetProvider = WsTargetProvider { WsTarget("ws://server.example/ws") },
    private val endpoint: (WsDisconnectAction) -> TextProtocol = { TextProtocol(action = it) },
    private val ingress: () -> WsIngress<String> = { ForwardAllIngress() },
    /** Before the connect. */
    private val prepare: Scenario.() -> Unit = {},
    /** As soon as the server has the link. */
    private val provoke: MockConnection.(WebSocketActor<String>) -> Unit = {},
) {
    /** Connects and loses the link, in a protocol that classifies everything as [action]. */
    fun Scenario.play(
        action: WsDisconnectAction = WsDisconnectAction.BACKOFF_RECONNECT,
        more: WebSocketActorConfig.Builder.() -> Unit = {},
    ): TextProtocol {
        val protocol = endpoint(action)
        prepare()
        val actor =
            actor(protocol, ingress(), target = target) {
                configure()
                more()
            }
        actor.tell(WebSocketEvent.Connect)
        settle()
        server.tryAcceptConnection()?.let { provoke(it, actor) }
        if (after.isPositive()) pass(after) else settle()
        return protocol
    }

    override fun toString(): String = cause
}

/** Every cause that a link can end with, but for what the user asks for. */
internal val provocations: List<Provocation> = losses() + silences() + refusals() + faults() + wishes()

private fun losses() =
    listOf(
        Provocation("remote_closed(code=4001 reason=bye)") { close(4001, "bye") },
        Provocation("remote_closed(code=1005 reason=)") { sendFrame(WsFrame.Close(WsCloseFrame.EMPTY)) },
        Provocation("remote_closed(code=1006 reason=stream ended)") { dropSocket() },
        Provocation("read_failure(reset)") { reset("reset") },
        Provocation("write_failure(broken pipe)") { actor ->
            failWrites("broken pipe")
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("x")))
        },
        Provocation("protocol_violation(code=1002 reserved bit)") { violate(CloseCode.PROTOCOL_ERROR, "reserved bit") },
    )

private fun silences() =
    listOf(
        Provocation("write_timeout(limit=4s)", 4.seconds, { writeTimeout = 4.seconds }) { actor ->
            stallWrites()
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("x")))
        },
        // The first ping is answered, the second one is lost.
        Provocation("pong_timeout(limit=10s)", 30.seconds, { heartbeat = ProtocolPingPong(20.seconds, 10.seconds) }) {
            goSilent()
        },
        Provocation("stale_data(limit=30s)", 30.seconds, { maxSilence = 30.seconds }),
        Provocation("data_timeout(limit=30s)", 30.seconds, { dataTimeout = 30.seconds }),
        Provocation(
            "high_latency(P99=2000000us threshold=1000000us samples=1)",
            2.seconds,
            {
                heartbeat = ProtocolPingPong(20.seconds, 10.seconds)
                latencyPolicy = WsLatencyPolicy(1.seconds, minSamples = 1, consecutiveBreaches = 1)
            },
            prepare = { answerFirstPing(after = 2.seconds) },
        ),
    )

private fun Scenario.answerFirstPing(after: Duration) {
    server.answersPings = false
    test.backgroundScope.launch {
        val connection = server.acceptConnection()
        val ping = connection.receive()
        delay(after)
        connection.sendPong(ping.payload)
    }
}

private fun refusals() =
    listOf(
        Provocation(
            "handshake_rejected(status=503 the server answered with status 503 instead of 101)",
            prepare = { server.reject(503) },
        ),
        refusal("handshake_unreachable(no route)", WsConnectFailure.Unreachable("no route")),
        refusal("handshake_tls(untrusted)", WsConnectFailure.TlsFailed("untrusted")),
        refusal("handshake_invalid(no upgrade)", WsConnectFailure.InvalidHandshake("no upgrade")),
        refusal("handshake_timed_out(not open within 7 ms)", WsConnectFailure.TimedOut(7)),
        Provocation("handshake_timed_out(not open within 10s)", 10.seconds, target = { awaitCancellation() }),
        Provocation(
            "handshake_timed_out(open, but not ready within 10s)",
            10.seconds,
            endpoint = { action ->
                object : TextProtocol(action = action) {
                    override suspend fun generateAuth(): WsFrame? = awaitCancellation()
                }
            },
        ),
        Provocation("handshake_provider(IllegalStateException)", target = { error("no token") }),
    )

private fun refusal(
    cause: String,
    failure: WsConnectFailure,
) = Provocation(cause, prepare = { server.refuse(failure) })

/** User code that throws where the link cannot go on without it. */
private fun faults() =
    listOf(
        Provocation("internal_error(ingress: IllegalStateException)", ingress = { ingress { error("bug") } }) {
            sendText("x")
        },
        Provocation(
            "internal_error(auth: IllegalStateException)",
            endpoint = { action ->
                object : TextProtocol(action = action) {
                    override suspend fun generateAuth(): WsFrame? = error("bug")
                }
            },
        ),
        Provocation(
            "internal_error(replay: initialSubscriptions threw)",
            endpoint = { action ->
                object : TextProtocol(action = action) {
                    override val subscriptions =
                        object : WsSubscriptionManager {
                            override fun initialSubscriptions(): List<WsFrame> = error("bug")
                        }
                }
            },
        ),
    )

/** What endpoint and ingress ask for. */
private fun wishes() =
    listOf(
        Provocation(
            "endpoint_requested(parsed)",
            endpoint = { understanding(it, WsParseOutcome.Reconnect("parsed")) },
        ) { sendText("x") },
        Provocation(
            "endpoint_requested(seen)",
            ingress = { ingress { WsIngressAction.Reconnect("seen") } },
        ) { sendText("x") },
        Provocation(
            "sequence_broken(topic=a expected=2 found=3)",
            endpoint = { NumberedProtocol(WsSequenceRecovery.RECONNECT, action = it) },
        ) { sendBurst(listOf("a 1", "a 3").map(WsFrame::text)) },
        Provocation(
            "server_error(code=7 overloaded)",
            endpoint = { understanding(it, WsParseOutcome.ServerError(7, "overloaded")) },
        ) { sendText("x") },
    )

private fun understanding(
    action: WsDisconnectAction,
    outcome: WsParseOutcome<String>,
) = object : TextProtocol(action = action) {
    override fun understand(text: String) = outcome

    override fun handleServerError(error: WsParseOutcome.ServerError) = WsServerErrorAction.RECONNECT
}

private fun ingress(decide: () -> WsIngressAction<String>) =
    object : WsIngress<String> {
        override fun onFrame(frame: WsFrameView) = decide()
    }
