package io.github.belay.testing.connection

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.ServerDrivenPingPong
import io.github.belay.policy.TextPingPong
import io.github.belay.policy.WsApplicationPingPong
import io.github.belay.policy.WsPing
import io.github.belay.policy.WsPingPongStrategy
import io.github.belay.testing.MockConnection
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.StandardTestDispatcher
import org.junit.jupiter.api.Test
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Every kind of heartbeat, from the ping to what a missing pong leads to. */
class HeartbeatTest {
    /** Pings are `{"ping":1}` and so on; `{"pong":1}` answers. */
    private fun keyed(
        interval: Duration,
        timeout: Duration,
        failureThreshold: Int = 1,
    ) = WsApplicationPingPong(
        interval,
        timeout,
        failureThreshold,
        factory = { number -> WsPing(WsFrame.text("""{"ping":$number}"""), number) },
        parser = { frame -> keyOf(frame) },
    )

    private fun keyOf(frame: WsFrameView): Long? {
        val text = frame.decodeToString()
        return if (text.startsWith("""{"pong":""")) text.filter(Char::isDigit).toLong() else null
    }

    /** A ready link with this heartbeat, whose server answers no pings by itself. */
    private suspend fun Scenario.beating(
        strategy: WsPingPongStrategy,
        protocol: TextProtocol = TextProtocol(),
    ): MockConnection {
        server.answersPings = false
        actor(protocol) { heartbeat = strategy }.connect()
        settle()
        return server.acceptConnection()
    }

    private fun Scenario.causes() = eventsOf<WsLifecycleEvent.Disconnected>().map { it.cause }

    @Test
    fun pingsAtTheIntervalEachWithAPayloadOfItsOwn() =
        scenario {
            val connection = beating(ProtocolPingPong(20.seconds, 10.seconds))
            val payloads = ArrayList<WsBytes>()
            repeat(5) { round ->
                val ping = connection.receive(0.seconds)
                ping.shouldBeInstanceOf<WsFrame.Ping>()
                payloads += ping.payload
                now shouldBe (20 * round).seconds
                connection.sendPong(ping.payload)
                pass(19_999.milliseconds)
                connection.tryReceive() shouldBe null
                pass(1.milliseconds)
            }
            payloads.toSet().size shouldBe 5
        }

    @Test
    fun onlyTheMatchingPongGivesARoundTrip() =
        scenario {
            server.answersPings = false
            val actor = raw { heartbeat = ProtocolPingPong(20.seconds, 10.seconds) }
            actor.connect()
            settle()
            val connection = server.acceptConnection()
            val ping = connection.receive()
            pass(30.milliseconds)
            connection.sendPong()
            connection.sendPong(WsBytes.copyOf(ByteArray(8)))
            settle()
            actor.stats().rttSamples shouldBe 0
            pass(20.milliseconds)
            connection.sendPong(ping.payload)
            connection.sendPong(ping.payload)
            settle()
            actor.stats().rttSamples shouldBe 1
            actor.stats().rttP50Micros shouldBeInRange 50_000L..50_050L
            actor.stats().pongsReceived shouldBe 1
            actor.stats().pingsSent shouldBe 1
        }

    @Test
    fun anIntervalShorterThanTheTimeoutDoesNotPutTheEndOff() =
        scenario {
            beating(ProtocolPingPong(interval = 15.seconds, timeout = 30.seconds))
            pass(29_999.milliseconds)
            causes().shouldBeEmpty()
            pass(1.milliseconds)
            causes()
                .single()
                .shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
                .limit shouldBe 30.seconds
        }

    @Test
    fun anIntervalLongerThanTheTimeoutDoesNotPutItOffEither() =
        scenario {
            beating(ProtocolPingPong(interval = 300.seconds, timeout = 7.seconds))
            pass(6_999.milliseconds)
            causes().shouldBeEmpty()
            pass(1.milliseconds)
            causes().single().shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
        }

    @Test
    fun aThresholdOfThreeEndsTheLinkAtTheThirdMissInARow() =
        scenario {
            val actor = raw { heartbeat = ProtocolPingPong(20.seconds, 10.seconds, failureThreshold = 3) }
            server.answersPings = false
            actor.connect()
            settle()
            pass(49_999.milliseconds)
            actor.status.value shouldBe CONNECTED
            actor.stats().pongTimeouts shouldBe 2
            pass(1.milliseconds)
            causes().single().shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
            actor.stats().pongTimeouts shouldBe 3
        }

    @Test
    fun onePongResetsTheMisses() =
        scenario {
            val connection = beating(ProtocolPingPong(20.seconds, 10.seconds, failureThreshold = 3))
            repeat(10) {
                connection.receive()
                connection.receive()
                val third = connection.receive()
                connection.sendPong(third.payload)
                settle()
            }
            causes().shouldBeEmpty()
            // Twenty misses, no three of them in a row; now three follow each other.
            pass(70.seconds)
            causes().single().shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
        }

    @Test
    fun anApplicationPingIsAnsweredByItsKeyAndNobodyElseSeesTheAnswer() =
        scenario {
            val protocol = TextProtocol()
            val connection = beating(keyed(20.seconds, 10.seconds), protocol)
            connection.receiveText() shouldBe """{"ping":1}"""
            pass(40.milliseconds)
            connection.sendBurst(listOf(WsFrame.text("""{"pong":1}"""), WsFrame.text("trade")))
            settle()
            protocol.handled shouldContainExactly listOf("trade")
            connection.receiveText() shouldBe """{"ping":2}"""
            connection.sendText("""{"pong":1}""")
            pass(10.seconds)
            protocol.handled shouldContainExactly listOf("trade")
            causes().single().shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
        }

    @Test
    fun anUnansweredApplicationPingLeadsToANewLinkWithAllSubscriptions() =
        scenario {
            val protocol = TextProtocol(topics = listOf("btc", "eth"))
            val first = beating(keyed(60.milliseconds, 20.milliseconds), protocol)
            List(2) { first.receiveText() } shouldContainExactly listOf("btc", "eth")
            first.receiveText() shouldBe """{"ping":1}"""
            pass(20.milliseconds)
            causes().single().shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
            pass(1.seconds)
            val second = server.acceptConnection()
            List(3) { second.receiveText() } shouldContainExactly listOf("btc", "eth", """{"ping":1}""")
        }

    @Test
    fun aTextPingIsSentAndItsExactReplyIsConsumed() =
        scenario {
            val protocol = TextProtocol()
            val connection = beating(TextPingPong("PING", interval = 20.seconds, timeout = 10.seconds), protocol)
            connection.receiveText() shouldBe "PING"
            connection.sendText("PONG")
            connection.sendText("PONG?")
            connection.sendBinary("PONG".encodeToByteArray())
            settle()
            protocol.handled shouldContainExactly listOf("PONG?", "PONG")
            connection.receiveText() shouldBe "PING"
            now shouldBe 20.seconds
            pass(10.seconds)
            causes().single().shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
        }

    @Test
    fun aServerDrivenHeartbeatNeverPingsAndAnswersEachPingOnce() =
        scenario {
            val connection = beating(ServerDrivenPingPong)
            pass(1.days)
            connection.tryReceive() shouldBe null
            val payloads = List(3) { WsBytes.copyOf(byteArrayOf(it.toByte(), 9)) }
            payloads.forEach(connection::sendPing)
            connection.sendPong()
            settle()
            List(3) { connection.receive() } shouldContainExactly payloads.map { WsFrame.pong(it) }
            pass(1.days)
            connection.tryReceive() shouldBe null
            causes().shouldBeEmpty()
        }

    @Test
    fun anIngressThatIgnoresEverythingDoesNotStopTheHeartbeat() =
        scenario {
            val deaf =
                object : WsIngress<String> {
                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> = WsIngressAction.Ignore
                }
            val actor = actor(TextProtocol(), deaf) { heartbeat = ProtocolPingPong(20.seconds, 10.seconds) }
            actor.connect()
            val connection = server.acceptConnection()
            pass(100.seconds)
            connection.sendPing(WsBytes.copyOf(byteArrayOf(1)))
            connection.receive().kind shouldBe WsFrameKind.PONG
            actor.stats().rttSamples shouldBe 6
            causes().shouldBeEmpty()
        }

    @OptIn(ExperimentalCoroutinesApi::class)
    @Test
    fun anOwnerWhoIsHalfASecondLateDoesNotLengthenTheRoundTrip() =
        scenario {
            server.answersPings = false
            val late = LateDispatcher(StandardTestDispatcher(test.testScheduler), 500.milliseconds)
            val actor = actor(TextProtocol(), runtime = runtime(actor = late)) { heartbeat = ProtocolPingPong() }
            actor.connect()
            val connection = server.acceptConnection()
            repeat(10) {
                val ping = connection.receive()
                pass(30.milliseconds)
                connection.sendBurst(List(100) { WsFrame.text("trade $it") } + WsFrame.pong(ping.payload))
                settle()
            }
            val stats = actor.stats()
            stats.rttSamples shouldBe 10
            stats.rttP50Micros shouldBeInRange 30_000L..30_030L
            stats.rttP99Micros shouldBeInRange 30_000L..30_030L
        }
}
