package io.github.belay.testing.connection

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.transport.WsConnectFailure
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What a connection says when it is asked how it is. */
class HealthTest {
    @Test
    fun aHalfOpenPeerIsReportedWithinTheDetectionBoundAndWithAReason() =
        scenario {
            val actor = raw { heartbeat = ProtocolPingPong(20.seconds, 10.seconds) }
            actor.health().reason shouldBe "never connected"
            actor.connect()
            val connection = server.acceptConnection()
            pass(20.seconds)
            actor.health().isHealthy shouldBe true
            connection.goSilent()
            server.refuse(WsConnectFailure.Unreachable("no route"))
            // The next ping goes out 20 s after the last one at the latest and may take 10 s.
            pass(29_999.milliseconds)
            actor.health().isHealthy shouldBe true
            pass(1.milliseconds)
            actor.health().isHealthy shouldBe false
            actor.health().reason shouldBe "down, last lost by pong_timeout(limit=10s)"
            pass(1.seconds)
            actor.health().reason shouldBe "down, last lost by handshake_unreachable(no route)"
            pass(1.seconds)
            actor.health().isHealthy shouldBe true
            actor.close()
            actor.health().reason shouldBe "closed, last lost by requested(code=1000)"
        }

    @Test
    fun missesBelowTheThresholdAreSeenBeforeTheLinkEnds() =
        scenario {
            server.answersPings = false
            val actor = raw { heartbeat = ProtocolPingPong(20.seconds, 10.seconds, failureThreshold = 3) }
            actor.connect()
            pass(31.seconds)
            actor.health().isHealthy shouldBe true
            actor.health().missedPongs shouldBe 2
            pass(19.seconds)
            actor.health().isHealthy shouldBe false
        }

    @Test
    fun itSaysHowLongAgoAnythingAndDataCameIn() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override fun understand(text: String): WsParseOutcome<String> =
                        if (text == "ack") WsParseOutcome.Continue else WsParseOutcome.Message(text)
                }
            val actor = actor(protocol)
            actor.health().inboundAgeMillis shouldBe -1
            actor.connect()
            val connection = server.acceptConnection()
            pass(1.hours)
            connection.sendText("trade")
            pass(4.seconds)
            connection.sendText("ack")
            pass(3.seconds)
            actor.health().inboundAgeMillis shouldBe 3_000
            actor.health().dataAgeMillis shouldBe 7_000
        }

    @Test
    fun eachTopicIsAsFreshAsItsOwnData() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override fun understand(text: String): WsParseOutcome<String> =
                        when (text.substringBefore(' ')) {
                            "status" -> WsParseOutcome.Message(text, isData = false, topic = "btc")
                            "ack" -> WsParseOutcome.Continue
                            else -> WsParseOutcome.data(text, topic = text.substringBefore(' '))
                        }
                }
            val actor = actor(protocol)
            actor.connect()
            val first = server.acceptConnection()
            actor.topicAge("btc") shouldBe null
            first.sendText("btc 1")
            pass(2.seconds)
            first.sendText("eth 1")
            first.sendText("status of btc")
            first.sendText("ack btc")
            first.sendPong()
            pass(3.seconds)
            actor.topicAge("btc") shouldBe 5.seconds
            actor.topicAge("eth") shouldBe 3.seconds
            first.reset()
            pass(5.seconds)
            actor.topicAge("btc") shouldBe 10.seconds
            server.acceptConnection().sendText("btc 2")
            settle()
            actor.topicAge("btc") shouldBe 0.seconds
        }

    @Test
    fun theLastErrorsAreKeptOverALostLink() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override fun understand(text: String): WsParseOutcome<String> =
                        when (text) {
                            "bad" -> error("secret")
                            "trouble" -> WsParseOutcome.ServerError(7, "overloaded")
                            else -> WsParseOutcome.Continue
                        }
                }
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            connection.sendText("bad")
            connection.sendText("trouble")
            connection.reset()
            pass(5.seconds)
            actor.stats().recentServerErrors.map { it.toString() } shouldContainExactly
                listOf("server 7: overloaded (5000 ms ago)")
            actor.stats().recentInternalErrors.map { it.toString() } shouldContainExactly
                listOf("parse: IllegalStateException (5000 ms ago)")
        }
}
