package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketActorConfig
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.TextPingPong
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Both clocks: the one of anything that comes in, and the one of data. */
class LivenessTest {
    /** `ack` and `heartbeat` are nothing for the user, `status` is a message but no data, all else is data. */
    private class Market : TextProtocol() {
        override fun understand(text: String): WsParseOutcome<String> =
            when (text) {
                "ack", "heartbeat" -> WsParseOutcome.Continue
                "status" -> WsParseOutcome.notData(text)
                else -> WsParseOutcome.Message(text)
            }
    }

    private suspend fun Scenario.market(
        protocol: TextProtocol = Market(),
        configure: WebSocketActorConfig.Builder.() -> Unit,
    ): WebSocketActor<String> = actor(protocol, configure = configure).also { it.connect() }

    private fun Scenario.causes() = eventsOf<WsLifecycleEvent.Disconnected>().map { it.cause }

    @Test
    fun silenceEndsTheLinkWithoutAnyPings() =
        scenario {
            market {
                heartbeat = NoPingPong
                maxSilence = 30.seconds
            }
            val connection = server.acceptConnection()
            pass(29.seconds)
            connection.sendText("trade")
            pass(29_999.milliseconds)
            causes().shouldBeEmpty()
            pass(1.milliseconds)
            causes()
                .single()
                .shouldBeInstanceOf<WsDisconnectCause.StaleData>()
                .limit shouldBe 30.seconds
        }

    @Test
    fun silenceLeadsToANewLinkWithAllSubscriptions() =
        scenario {
            market(TextProtocol(topics = listOf("btc", "eth"))) { maxSilence = 2.seconds }
            server.acceptConnection()
            pass(3.seconds)
            val second = server.acceptConnection()
            List(2) { second.receiveText() } shouldBe listOf("btc", "eth")
        }

    @Test
    fun whatAnIngressIgnoresIsNoSilence() =
        scenario {
            val deaf =
                object : WsIngress<String> {
                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> = WsIngressAction.Ignore
                }
            val actor = actor(TextProtocol(), deaf) { maxSilence = 2.seconds }
            actor.connect()
            val connection = server.acceptConnection()
            repeat(600) {
                pass(1.seconds)
                connection.sendText("tick")
            }
            settle()
            actor.status.value shouldBe CONNECTED
            actor.stats().framesReceived shouldBe 600
        }

    @Test
    fun neitherHeartbeatsNorPongsNorAcksNorStatusKeepALinkWithoutDataAlive() =
        scenario {
            market {
                heartbeat = TextPingPong("PING", interval = 1.seconds, timeout = 5.seconds)
                maxSilence = 5.seconds
                dataTimeout = 30.seconds
            }
            val connection = server.acceptConnection()
            repeat(29) {
                pass(1.seconds)
                connection.sendText("PONG")
                connection.sendPing()
                connection.sendPong()
                for (text in listOf("ack", "heartbeat", "status")) connection.sendText(text)
            }
            pass(999.milliseconds)
            causes().shouldBeEmpty()
            pass(1.milliseconds)
            causes()
                .single()
                .shouldBeInstanceOf<WsDisconnectCause.DataTimeout>()
                .limit shouldBe 30.seconds
        }

    @Test
    fun oneDataFrameDoes() =
        scenario {
            market {
                heartbeat = NoPingPong
                dataTimeout = 30.seconds
            }
            val connection = server.acceptConnection()
            pass(29.seconds)
            connection.sendBurst(listOf(WsFrame.text("ack"), WsFrame.text("trade"), WsFrame.text("status")))
            pass(29_999.milliseconds)
            causes().shouldBeEmpty()
            pass(1.milliseconds)
            causes().single().shouldBeInstanceOf<WsDisconnectCause.DataTimeout>()
        }

    @Test
    fun aLinkWithoutDataIsClosedInOrderAndAnotherOneOpened() =
        scenario {
            val actor = market { dataTimeout = 30.seconds }
            val connection = server.acceptConnection()
            pass(30.seconds)
            connection
                .receive()
                .shouldBeInstanceOf<WsFrame.Close>()
                .close.code shouldBe 1000
            pass(2.seconds)
            actor.status.value shouldBe CONNECTED
            actor.stats().disconnects shouldBe 1
        }

    @Test
    fun eachLinkHasTheWholeDataTimeout() =
        scenario {
            market { dataTimeout = 30.seconds }
            pass(10.minutes)
            val disconnects = eventsOf<WsLifecycleEvent.Disconnected>()
            disconnects.all { it.cause is WsDisconnectCause.DataTimeout } shouldBe true
            disconnects.size shouldBe 19
        }
}
