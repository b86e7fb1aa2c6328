package io.github.belay.testing.connection

import io.github.belay.WsRuntime
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsServerErrorAction
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsMetricsReporter
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.WsReconnectStrategy
import io.github.belay.policy.WsRetry
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import java.lang.reflect.Proxy
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What user code throws costs what it was about, and never the connection. */
class IsolationTest {
    /** Throws wherever it can without ending a link. */
    private class Hostile : TextProtocol() {
        override fun onOpen() = error("onOpen")

        override fun onConnectionOpened(isReconnect: Boolean) = error("onConnectionOpened")

        override fun understand(text: String): WsParseOutcome<String> =
            when (text) {
                "bad" -> error("parse")
                "trouble" -> WsParseOutcome.ServerError(null, text)
                else -> WsParseOutcome.Message(text)
            }

        override fun maybeRequestResponse(frame: WsFrame) =
            if (frame.payload.decodeToString() == "maybe") error("maybe") else true

        override fun matchRequestResponse(frame: WsFrame): WsRequestMatch = error("matchRequestResponse")

        override fun handleServerError(error: WsParseOutcome.ServerError): WsServerErrorAction = error("server error")

        override suspend fun handleMessage(message: String) = error("handleMessage")

        override fun onConnectionDisconnected(
            cause: WsDisconnectCause,
            willReconnect: Boolean,
        ) = error("onConnectionDisconnected")

        override fun classifyDisconnect(cause: WsDisconnectCause): WsDisconnectAction = error("classifyDisconnect")
    }

    private class HostileStrategy : WsReconnectStrategy {
        override fun nextDelayMillis(retry: WsRetry): Long = error("nextDelayMillis")

        override fun mayRetry(retry: WsRetry): Boolean = error("mayRetry")

        override fun reset() = error("reset")
    }

    private val hostileMetrics =
        Proxy.newProxyInstance(javaClass.classLoader, arrayOf(WsMetricsReporter::class.java)) { _, method, _ ->
            error("metrics: ${method.name}")
        } as WsMetricsReporter

    @Test
    fun userCodeThatThrowsEverywhereNeverEndsTheConnection() =
        scenario {
            val actor =
                actor(Hostile()) {
                    reconnect = HostileStrategy()
                    metrics = hostileMetrics
                    stabilityWindow = 1.seconds
                }
            val seen = ArrayList<String>()
            test.backgroundScope.launch { actor.messages.collect(seen::add) }
            actor.connect()
            repeat(3) { round ->
                val connection = server.acceptConnection()
                val asked =
                    test.launch {
                        actor
                            .ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 5.seconds))
                            .shouldBeInstanceOf<WsDelegatedError.Unconfirmed>()
                    }
                settle()
                connection.sendBurst(listOf("bad", "maybe", "ok:7", "trouble", "fine $round").map(WsFrame::text))
                actor.tell(WebSocketEvent.sendMessage(WsFrame.text("still here"))).await().toString() shouldBe "Done"
                pass(2.seconds)
                connection.dropSocket()
                pass(2.seconds)
                asked.join()
                actor.status.value shouldBe CONNECTED
            }
            seen.filter { it.startsWith("fine") } shouldContainExactly listOf("fine 0", "fine 1", "fine 2")
            actor.stats().parseErrors shouldBe 3
            actor.close()
            actor.status.value shouldBe CLOSED
        }

    @Test
    fun everyTenthFrameFailsParsingAndTheOthersArrive() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override fun understand(text: String): WsParseOutcome<String> {
                        check(text.toInt() % 10 != 0) { "nonsense" }
                        return WsParseOutcome.Message(text)
                    }
                }
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            for (number in 1..1000) connection.sendText("$number")
            settle()
            actor.status.value shouldBe CONNECTED
            protocol.handled shouldContainExactly (1..1000).filter { it % 10 != 0 }.map { "$it" }
            protocol.handled.size shouldBe 900
            actor.stats().parseErrors shouldBe 100
        }

    @Test
    fun anIngressThatThrowsOnTheFifthFrameCostsOneLink() =
        scenario {
            val protocol = TextProtocol()
            val counting =
                object : WsIngress<String> {
                    var frames = 0

                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> {
                        check(++frames != 5) { "the fifth" }
                        return WsIngressAction.Emit("frame $frames")
                    }
                }
            val actor = actor(protocol, counting)
            actor.connect()
            server.acceptConnection().sendBurst(List(7) { WsFrame.text("x") })
            settle()
            val lost = eventsOf<WsLifecycleEvent.Disconnected>().single()
            lost.cause.toString() shouldBe "internal_error(ingress: IllegalStateException)"
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
            server.acceptConnection().sendText("x")
            settle()
            protocol.handled shouldContainExactly (1..4).map { "frame $it" } + "frame 6"
        }

    @Test
    fun anIngressWhoseHooksThrowCostsOneLinkEach() =
        scenario {
            val brittle =
                object : WsIngress<String> {
                    var opens = 0

                    override fun onOpen() = check(++opens != 1) { "first" }

                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> = WsIngressAction.Forward

                    override fun onDisconnect(cause: String) = error("onDisconnect")
                }
            val actor = actor(TextProtocol(), brittle)
            actor.connect()
            now shouldBe 1.seconds
            server.acceptedConnections shouldBe 2
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun loginAndSubscriptionsThatThrowCostOneLinkEach() =
        scenario {
            val brittle =
                object : TextProtocol() {
                    var logins = 0
                    var replays = 0

                    override suspend fun generateAuth(): WsFrame? {
                        check(++logins != 1) { "first" }
                        return null
                    }

                    override val subscriptions: WsSubscriptionManager
                        get() = if (++replays == 1) error("first") else super.subscriptions
                }
            val actor = actor(brittle)
            actor.connect()
            now shouldBe 2.seconds
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun floodBehindARequestToReconnectDoesNotHoldItUp() =
        scenario {
            val flood = List(10_000) { WsFrame.text(if (it == 0) "move" else "$it") }
            val protocol =
                object : TextProtocol() {
                    override fun understand(text: String): WsParseOutcome<String> =
                        if (text == "move") WsParseOutcome.Reconnect(text) else WsParseOutcome.Message(text)
                }
            val actor = actor(protocol) { reconnect = ConstantBackoff(100.milliseconds) }
            actor.connect()
            server.acceptConnection().sendBurst(flood)
            pass(500.milliseconds)
            actor.status.value shouldBe CONNECTED
            server.acceptConnection().let { second -> flood.forEach(second::sendFrame) }
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
            server.acceptedConnections shouldBe 3
        }

    @Test
    fun floodBehindAnIngressThatReconnectsDoesNotHoldItUp() =
        scenario {
            val restless =
                object : WsIngress<String> {
                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> =
                        if (frame.size == 4) WsIngressAction.Reconnect("move") else WsIngressAction.Forward
                }
            val actor = actor(TextProtocol(), restless) { reconnect = ConstantBackoff(100.milliseconds) }
            actor.connect()
            server.acceptConnection().let { first ->
                first.sendText("move")
                repeat(9_999) { first.sendText("flood") }
            }
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
            server.acceptedConnections shouldBe 2
        }

    @Test
    fun aControlFrameWhereAMessageBelongsCostsNoMoreThanItsLink() =
        scenario {
            val confused =
                object : TextProtocol() {
                    var logins = 0
                    var replays = 0

                    override suspend fun generateAuth(): WsFrame? = if (++logins == 1) WsFrame.ping() else null

                    override val subscriptions =
                        object : WsSubscriptionManager {
                            override fun initialSubscriptions() =
                                if (++replays == 1) listOf(WsFrame.text("a"), WsFrame.close()) else emptyList()
                        }

                    override fun understand(text: String): WsParseOutcome<String> = WsParseOutcome.Send(WsFrame.pong())
                }
            val actor = actor(confused)
            actor.connect()
            now shouldBe 2.seconds
            eventsOf<WsLifecycleEvent.Disconnected>().map {
                (it.cause as WsDisconnectCause.InternalError).context
            } shouldBe
                listOf("auth", "replay")
            server.connections().single().sendText("x")
            settle()
            actor.stats().parseErrors shouldBe 1
            actor.status.value shouldBe CONNECTED
        }

    /** A runtime whose coroutines may fail without failing the test. */
    private fun Scenario.lenient(failures: MutableList<Throwable>): WsRuntime {
        val handler = CoroutineExceptionHandler { _, failure -> failures += failure }
        return WsRuntime(owner + handler, runtime.actor, runtime.writer, runtime.delivery, runtime.timeSource)
    }

    @Test
    fun anErrorInTheTransportCostsOneLink() =
        scenario {
            val failures = ArrayList<Throwable>()
            var attempts = 0
            val broken =
                object : WsTransport by transport {
                    override fun connect(
                        request: WsConnectRequest,
                        listener: WsTransportListener,
                    ): WsConnectAttempt {
                        if (++attempts == 1) throw NoClassDefFoundError("a jar is missing")
                        return transport.connect(request, listener)
                    }
                }
            val actor = actor(TextProtocol(), transport = broken, runtime = lenient(failures))
            actor.connect()
            now shouldBe 1.seconds
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.toString() shouldBe "internal_error(session: NoClassDefFoundError: a jar is missing)"
            failures.single().shouldBeInstanceOf<NoClassDefFoundError>()
        }

    @Test
    fun anErrorInAProtocolFunctionClosesTheConnectionAndNobodyWaitsForIt() =
        scenario {
            val failures = ArrayList<Throwable>()
            val fatal =
                object : TextProtocol() {
                    override fun understand(text: String) = throw StackOverflowError("endless")
                }
            val actor = actor(fatal, runtime = lenient(failures))
            actor.connect()
            val asked =
                test.async { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 60.seconds)) }
            settle()
            server.acceptConnection().sendText("x")
            settle()
            actor.status.value shouldBe CLOSED
            asked.await().shouldBeInstanceOf<WsDelegatedError>()
            failures.single().shouldBeInstanceOf<StackOverflowError>()
            owner.children.toList().shouldBeEmpty()
            server.openConnections shouldBe 0
        }
}
