package io.github.belay.testing.link

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.Jitter
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.testing.contract.ProtocolViolation
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.transport.WsBuffers
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds

/** A link that was open, lost in every way a network can lose it. */
abstract class LossScenarios(
    private val subject: TransportUnderTest,
) {
    @Test
    fun comesBackAfterTheServerClosedWithACode() =
        onRealSockets(subject) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().send(WsFrame.close(CloseCode.SERVICE_RESTART, "restarting"))
            val cause = nextCause().shouldBeInstanceOf<WsDisconnectCause.RemoteClosed>()
            cause.code shouldBe CloseCode.SERVICE_RESTART
            cause.reason shouldBe "restarting"
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
        }

    @Test
    fun comesBackAfterTheStreamEndedWithoutACloseFrame() =
        onRealSockets(subject) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().drop()
            val cause = nextCause()
            if (subject.tellsEndFromFailure) {
                cause.shouldBeInstanceOf<WsDisconnectCause.RemoteClosed>().code shouldBe CloseCode.ABNORMAL
            } else {
                cause.shouldBeInstanceOf<WsDisconnectCause.ReadFailure>()
            }
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
        }

    @Test
    fun comesBackAfterAReset() =
        onRealSockets(subject) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().reset()
            nextCause().shouldBeInstanceOf<WsDisconnectCause.ReadFailure>()
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
        }

    @Test
    fun noticesAHalfOpenPeerByItsMissingPongs() =
        onRealSockets(subject) {
            val actor = raw { heartbeat = ProtocolPingPong(interval = 100.milliseconds, timeout = 500.milliseconds) }
            actor.connect()
            server.awaitConnection().goSilent()
            nextCause().shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
        }

    @Test
    fun noticesAPeerThatDoesNotRead() =
        onRealSockets(subject) {
            val actor = raw { writeTimeout = 500.milliseconds }
            actor.connect()
            server.awaitConnection().stopReading()
            val bulk = WsFrame.binary(ByteArray(BULK_BYTES))
            val told = List(BULK_FRAMES) { actor.tell(WebSocketEvent.SendMessage(bulk)) }
            nextCause().shouldBeInstanceOf<WsDisconnectCause.WriteTimeout>()
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
            told.map { it.await() }.count { it is TellOutcome.Unknown } shouldBeGreaterThan 0
        }

    @Test
    fun waitsLongerEachTimeForAServerThatAcceptsAndCloses() =
        onRealSockets(subject) {
            val actor =
                raw { reconnect = ExponentialBackoff(base = 20.milliseconds, factor = 2.0, jitter = Jitter.None) }
            actor.tell(WebSocketEvent.Connect)
            val delays =
                List(4) {
                    server.awaitConnection().drop()
                    next<WsLifecycleEvent.Disconnected>().retryInMillis
                }
            delays shouldContainExactly listOf(20L, 40L, 80L, 160L)
            actor.close()
        }

    @Test
    fun endsALinkWhoseMessageIsTooBig() =
        onRealSockets(subject) {
            val actor = raw { buffers = WsBuffers(maxFrameBytes = LIMIT, maxMessageBytes = LIMIT) }
            actor.connect()
            val connection = server.awaitConnection()
            connection.send(WsFrame.binary(ByteArray(LIMIT + 1)))
            val cause = nextCause().shouldBeInstanceOf<WsDisconnectCause.ProtocolViolation>()
            cause.code shouldBe CloseCode.MESSAGE_TOO_BIG
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
        }

    @Test
    fun endsALinkWhoseTextIsNotUtf8AndTellsThePeer() =
        onRealSockets(subject) {
            val actor = raw()
            actor.connect()
            val connection = server.awaitConnection()
            connection.violate(ProtocolViolation.TEXT_NOT_UTF8)
            val cause = nextCause().shouldBeInstanceOf<WsDisconnectCause.ProtocolViolation>()
            cause.code shouldBe CloseCode.INVALID_PAYLOAD
            val close = connection.receive()
            close.kind shouldBe WsFrameKind.CLOSE
            (close as WsFrame.Close).close.code shouldBe CloseCode.INVALID_PAYLOAD
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
        }

    private companion object {
        const val LIMIT = 1024
        const val BULK_BYTES = 256 * 1024
        const val BULK_FRAMES = 60
    }
}
