package io.github.belay.testing.connection

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
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
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
}
