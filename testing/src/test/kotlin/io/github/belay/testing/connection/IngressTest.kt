package io.github.belay.testing.connection

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ProtocolPingPong
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Test
import kotlin.random.Random
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What an ingress decides, and what it is told. */
class IngressTest {
    /** Does what the first word of a message says, and writes down what it is told of its links. */
    private class Obedient : WsIngress<String> {
        val calls = ArrayList<String>()
        var frames = 0

        override fun onOpen() {
            calls += "onOpen"
        }

        override fun onFrame(frame: WsFrameView): WsIngressAction<String> {
            frames++
            val text = frame.decodeToString()
            return when (text.substringBefore(' ')) {
                "ignore" -> WsIngressAction.Ignore
                "emit" -> WsIngressAction.Emit("emitted $text")
                "batch" -> WsIngressAction.EmitBatch(listOf("first of $text", "second of $text"))
                "count" -> WsIngressAction.Emit("frame $frames")
                "reconnect" -> WsIngressAction.Reconnect("enough of this link")
                "shutdown" -> WsIngressAction.Shutdown("enough of everything")
                "throw" -> error("bug")
                else -> WsIngressAction.Forward
            }
        }

        override fun onDisconnect(cause: String) {
            calls += "onDisconnect: $cause"
        }
    }

    private class IgnoreAll : WsIngress<String> {
        override fun onFrame(frame: WsFrameView): WsIngressAction<String> = WsIngressAction.Ignore
    }

    private val ingress = Obedient()
    private val protocol = TextProtocol()

    @Test
    fun whatIsIgnoredReachesNobodyWhatIsEmittedTheUserAndWhatIsForwardedTheEndpoint() =
        scenario {
            val parsed = ArrayList<String>()
            val protocol =
                object : TextProtocol() {
                    override fun understand(text: String) = super.understand(text).also { parsed += text }
                }
            actor(protocol, ingress).connect()
            server.acceptConnection().run { listOf("ignore", "emit", "batch", "forward").forEach(::sendText) }
            settle()
            parsed shouldContainExactly listOf("forward")
            protocol.handled shouldContainExactly
                listOf("emitted emit", "first of batch", "second of batch", "forward")
        }

    @Test
    fun reconnectEndsTheLinkAndAnotherOneFollows() =
        scenario {
            val actor = actor(protocol, ingress)
            actor.connect()
            server.acceptConnection().sendBurst(listOf("before", "reconnect", "behind").map(WsFrame::text))
            settle()
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.EndpointRequested>().reason shouldBe "enough of this link"
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
            server.acceptConnection().sendText("after")
            settle()
            protocol.handled shouldContainExactly listOf("before", "after")
        }

    @Test
    fun shutdownClosesForGood() =
        scenario {
            val actor = actor(protocol, ingress)
            actor.connect()
            server.acceptConnection().sendBurst(listOf("before", "shutdown", "behind").map(WsFrame::text))
            settle()
            actor.status.value shouldBe CLOSED
            val cause = eventsOf<WsLifecycleEvent.Closed>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.EndpointRequested>().reason shouldBe "enough of everything"
            protocol.handled shouldContainExactly listOf("before")
            pass(1.hours)
            server.connectAttempts shouldBe 1
        }

    @Test
    fun itsStateGoesOnFromLinkToLinkWhateverEndedThem() =
        scenario {
            actor(protocol, ingress).connect()
            for (end in listOf("drop", "reconnect", "throw", "nothing")) {
                val connection = server.acceptConnection()
                connection.sendText("count")
                settle()
                if (end == "drop") connection.dropSocket() else connection.sendText(end)
                pass(1.seconds)
            }
            // Each "reconnect" and "throw" is a frame, too; "nothing" is forwarded.
            protocol.handled shouldContainExactly listOf("frame 1", "frame 2", "frame 4", "frame 6", "nothing")
        }

    @Test
    fun itHearsOfEachLinksBeginningAndEndOnceAndNothingOfFailedAttempts() =
        scenario {
            val actor = actor(protocol, ingress)
            actor.connect()
            server.acceptConnection().dropSocket()
            server.reject(503)
            pass(2.seconds)
            server.acceptConnection().sendText("reconnect")
            pass(1.seconds)
            server.acceptConnection().sendText("throw")
            pass(1.seconds)
            server.acceptConnection()
            actor.disconnect()
            actor.connect()
            actor.close()
            ingress.calls shouldContainExactly
                listOf(
                    "onOpen",
                    "onDisconnect: remote_closed(code=1006 reason=stream ended)",
                    "onOpen",
                    "onDisconnect: endpoint_requested(enough of this link)",
                    "onOpen",
                    "onDisconnect: internal_error(ingress: IllegalStateException)",
                    "onOpen",
                    "onDisconnect: requested(code=1000)",
                    "onOpen",
                    "onDisconnect: requested(code=1000)",
                )
        }

    @Test
    fun itHearsOfTheShutdownThatItAskedFor() =
        scenario {
            actor(protocol, ingress).connect()
            server.acceptConnection().sendText("shutdown")
            settle()
            ingress.calls shouldContainExactly
                listOf("onOpen", "onDisconnect: endpoint_requested(enough of everything)")
        }

    @Test
    fun whoIgnoresEverythingStillAnswersEachPingOnceAndMeasuresRoundTrips() =
        scenario {
            val actor =
                actor(
                    protocol,
                    IgnoreAll(),
                ) { heartbeat = ProtocolPingPong(interval = 20.seconds, timeout = 10.seconds) }
            actor.connect()
            val connection = server.acceptConnection()
            connection.answersPings = false
            val ping = connection.receive()
            pass(30.milliseconds)
            connection.sendPong(ping.payload)
            settle()
            actor.stats().rttP99Micros shouldBeInRange 30_000L..30_030L // A step of the histogram.
            val payload = WsBytes.copyOf(byteArrayOf(1, 2, 3))
            connection.sendPing(payload)
            connection.receive() shouldBe WsFrame.pong(payload)
            connection.tryReceive().shouldBeNull()
            connection.answersPings = true
            pass(1.hours)
            actor.status.value shouldBe CONNECTED
            eventsOf<WsLifecycleEvent.Disconnected>().shouldBeEmpty()
            actor.stats().rttSamples shouldBe actor.stats().pingsSent
        }

    @Test
    fun trafficThatIsIgnoredKeepsTheLinkFromGoingStaleAndIsCountedOnce() =
        scenario {
            val actor = actor(protocol, IgnoreAll()) { maxSilence = 5.seconds }
            actor.connect()
            val connection = server.acceptConnection()
            repeat(100) {
                pass(1.seconds)
                connection.sendBurst(List(it) { WsFrame.text("four") })
            }
            settle()
            eventsOf<WsLifecycleEvent.Disconnected>().shouldBeEmpty()
            actor.stats().framesReceived shouldBe 4950
            actor.stats().bytesReceived shouldBe 4 * 4950
            pass(5.seconds)
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.StaleData>().limit shouldBe 5.seconds
        }

    @Test
    fun trafficThatIsForwardedIsCountedOnce() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().sendBurst(List(70) { WsFrame.text("four") })
            settle()
            actor.stats().framesReceived shouldBe 70
            actor.stats().bytesReceived shouldBe 280
        }

    @Test
    fun whateverIsDecidedTheUserGetsEverythingInTheOrderInWhichItCame() =
        scenario {
            val random = Random(SEED)
            val frames = List(2000) { "${DECISIONS.random(random)} $it" }
            actor(protocol, ingress).connect()
            val connection = server.acceptConnection()
            val left = ArrayDeque(frames)
            while (left.isNotEmpty()) {
                val burst = List(random.nextInt(1, 40).coerceAtMost(left.size)) { left.removeFirst() }
                connection.sendBurst(burst.map(WsFrame::text))
                if (random.nextBoolean()) settle()
            }
            settle()
            protocol.handled shouldContainExactly frames.flatMap(::expected)
        }

    private fun expected(text: String): List<String> =
        when (text.substringBefore(' ')) {
            "ignore" -> emptyList()
            "emit" -> listOf("emitted $text")
            "batch" -> listOf("first of $text", "second of $text")
            else -> listOf(text)
        }

    private companion object {
        const val SEED = 56
        val DECISIONS = listOf("ignore", "emit", "batch", "forward")
    }
}
