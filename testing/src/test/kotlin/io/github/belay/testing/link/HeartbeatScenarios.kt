package io.github.belay.testing.link

import io.github.belay.endpoint.RawFrames
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.ServerDrivenPingPong
import io.github.belay.policy.TextPingPong
import io.github.belay.policy.WsPingPongStrategy
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.testing.wire.awaitUntil
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.delay
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds

/** Pings and pongs as a peer sees them that reads the frames off a socket itself. */
abstract class HeartbeatScenarios(
    private val subject: TransportUnderTest,
) {
    @Test
    fun aPeerSeesExactlyOnePongForEachPing() = answersEachPingOnce(ProtocolPingPong())

    @Test
    fun aPeerThatDoesAllThePingingSeesExactlyOnePongForEachPing() = answersEachPingOnce(ServerDrivenPingPong)

    /** Whoever answered twice, the transport's library for instance, would show between the answers or before the message. */
    private fun answersEachPingOnce(strategy: WsPingPongStrategy) =
        onRealSockets(subject) {
            val actor = raw { heartbeat = strategy }
            actor.connect()
            val connection = server.awaitConnection()
            val payloads = List(PINGS) { WsBytes.copyOf(byteArrayOf(it.toByte(), 7)) } + WsBytes.EMPTY
            for (payload in payloads) {
                connection.send(WsFrame.ping(payload))
                connection.receive() shouldBe WsFrame.pong(payload)
            }
            // Several in one read, fewer than a flood.
            connection.send(*payloads.take(BURST).map { WsFrame.ping(it) }.toTypedArray())
            List(BURST) { connection.receive() } shouldContainExactly payloads.take(BURST).map { WsFrame.pong(it) }
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("the last"))).await()
            connection.receive() shouldBe WsFrame.text("the last")
            actor.close()
        }

    @Test
    fun aBusyHandlerAndAFloodOfMessagesDoNotLengthenTheRoundTrip() =
        onRealSockets(subject) {
            val slow =
                object : WsEndpointHandler<WsFrame> by RawFrames() {
                    override suspend fun handleMessage(message: WsFrame) = delay(500.milliseconds)
                }
            val actor = actor(slow) { heartbeat = ProtocolPingPong(20.milliseconds, PATIENT) }
            actor.connect()
            val connection = server.awaitConnection()
            repeat(PINGS) { connection.send(WsFrame.text("message $it")) }
            awaitUntil("there are round trips") { actor.stats().rttSamples >= PINGS }
            actor.stats().rttP50Micros shouldBeLessThan 500_000L
            actor.abort()
        }

    @Test
    fun aTextHeartbeatKeepsALinkAndNoticesThatItIsHalfOpen() =
        onRealSockets(subject) {
            val actor =
                raw { heartbeat = TextPingPong("ping", "pong", interval = 50.milliseconds, timeout = 500.milliseconds) }
            actor.connect()
            val connection = server.awaitConnection()
            repeat(3) {
                connection.receive() shouldBe WsFrame.text("ping")
                connection.send(WsFrame.text("pong"))
            }
            awaitUntil("all are answered") { actor.stats().rttSamples >= 3 }
            connection.goSilent()
            nextCause().shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.abort()
        }

    private companion object {
        const val PINGS = 20
        const val BURST = 8
        val PATIENT = 10_000.milliseconds
    }
}
