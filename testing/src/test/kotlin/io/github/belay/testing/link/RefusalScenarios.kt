package io.github.belay.testing.link

import io.github.belay.WebSocketException
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.NoReconnect
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.server.RawWsOptions
import io.github.belay.testing.server.RawWsServer
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTlsConfig
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Test
import java.net.ServerSocket
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Links that never open. */
abstract class RefusalScenarios(
    private val subject: TransportUnderTest,
) {
    @Test
    fun goesOnTryingWhileConnectionsAreRefused() =
        onRealSockets(subject) {
            val closedPort = ServerSocket(0).use { it.localPort }
            val actor = raw { url("ws://127.0.0.1:$closedPort/") }
            actor.tell(WebSocketEvent.Connect)
            repeat(3) { nextFailure().failure shouldBe WsHandshakeFailure.UNREACHABLE }
            actor.close()
        }

    @Test
    fun givesUpWhenCredentialsAreRefused() =
        onRealSockets(subject) {
            val challenge = WsHeaders.of("WWW-Authenticate", "Bearer")
            server.enqueue(ServerHandshake.Refuse(UNAUTHORIZED, challenge, body = "who are you?"))
            val actor = raw()
            val thrown = shouldThrow<WebSocketException> { actor.connect() }
            val cause = thrown.disconnectCause.shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>()
            cause.status shouldBe UNAUTHORIZED
            cause.header("www-authenticate") shouldBe "Bearer"
            cause.bodyStart shouldBe "who are you?"
            cause.toString() shouldBe
                "handshake_rejected(status=401 the server answered with status 401 instead of 101)"
            next<WsLifecycleEvent.GaveUp>().reason shouldBe WsGiveUpReason.ABORTED
            server.attempts shouldBe 1
            actor.close()
        }

    @Test
    fun staysAwayForAsLongAsATooBusyServerAsks() = retriesAfter(TOO_MANY_REQUESTS)

    @Test
    fun staysAwayForAsLongAsAnUnavailableServerAsks() = retriesAfter(UNAVAILABLE)

    private fun retriesAfter(status: Int) =
        onRealSockets(subject) {
            server.enqueue(ServerHandshake.Refuse(status, WsHeaders.of("Retry-After", "1")))
            val actor = raw()
            actor.tell(WebSocketEvent.Connect)
            val lost = next<WsLifecycleEvent.Disconnected>()
            val cause = lost.cause.shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>()
            cause.status shouldBe status
            cause.retryAfter shouldBe 1.seconds
            lost.retryInMillis shouldBeGreaterThanOrEqual 1000
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
        }

    @Test
    fun doesNotFollowARedirect() =
        onRealSockets(subject) {
            RawWsServer().use { elsewhere ->
                val place = "http://${elsewhere.url.host}:${elsewhere.url.port}/"
                server.enqueue(ServerHandshake.Refuse(FOUND, WsHeaders.of("Location", place)))
                val actor = raw { reconnect = NoReconnect }
                val thrown = shouldThrow<WebSocketException> { actor.connect() }
                thrown.disconnectCause.shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>().status shouldBe FOUND
                actor.close()
                server.attempts shouldBe 1
                // Not so much as a connection of TCP.
                elsewhere.attempts shouldBe 0
            }
        }

    @Test
    fun endsAHandshakeThatHangs() =
        onRealSockets(subject) {
            server.enqueue(ServerHandshake.Hang)
            val actor = raw { connectTimeout = 300.milliseconds }
            actor.tell(WebSocketEvent.Connect)
            nextFailure().failure shouldBe WsHandshakeFailure.TIMED_OUT
            next<WsLifecycleEvent.Ready>().generation shouldBe 2
            actor.close()
        }

    @Test
    fun refusesACertificateThatNobodyVouchesFor() =
        onRealSockets(subject, RawWsOptions(tls = LoopbackTls.selfSigned())) {
            val actor = raw { tls = WsTlsConfig.DEFAULT }
            actor.tell(WebSocketEvent.Connect)
            nextFailure().failure shouldBe WsHandshakeFailure.TLS
            actor.close()
        }

    @Test
    fun refusesACertificateOfAnotherHost() =
        onRealSockets(subject, RawWsOptions(tls = LoopbackTls.selfSigned(hosts = listOf("other.example")))) {
            val actor = raw()
            actor.tell(WebSocketEvent.Connect)
            nextFailure().failure shouldBe WsHandshakeFailure.TLS
            actor.close()
        }

    @Test
    fun acceptsACertificateThatTheUserVouchesFor() =
        onRealSockets(subject, RawWsOptions(tls = LoopbackTls.selfSigned())) {
            val actor = raw()
            actor.connect()
            server.awaitConnection()
            actor.close()
        }

    private suspend fun RealSockets.nextFailure(): WsDisconnectCause.HandshakeFailed =
        nextCause().shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>()

    private companion object {
        const val FOUND = 302
        const val UNAUTHORIZED = 401
        const val TOO_MANY_REQUESTS = 429
        const val UNAVAILABLE = 503
    }
}
