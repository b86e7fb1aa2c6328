package io.github.belay.testing.connection

import io.github.belay.WsAttempt
import io.github.belay.WsTarget
import io.github.belay.WsTargetProvider
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTransport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class ProviderTest {
    private fun Scenario.lost(): List<WsDisconnectCause> = eventsOf<WsLifecycleEvent.Disconnected>().map { it.cause }

    private fun targetOf(attempt: WsAttempt) =
        WsTarget("ws://server-${attempt.generation}.example/ws", WsHeaders.of("X-Token", "${attempt.generation}"))

    @Test
    fun everyAttemptAsksAndUsesTheAnswer() =
        scenario {
            val asked = ArrayList<String>()
            val provider =
                WsTargetProvider { attempt ->
                    delay(50.milliseconds)
                    asked += attempt.toString()
                    targetOf(attempt)
                }
            server.reject(503)
            val actor = actor(TextProtocol(), target = provider) { header("X-App", "belay") }
            actor.connect()
            now shouldBe 1.seconds + 100.milliseconds
            val second = server.acceptConnection()
            pass(60.seconds)
            second.dropSocket()
            pass(2.seconds)
            val third = server.acceptConnection()
            asked shouldContainExactly
                listOf(
                    "WsAttempt(generation=1, attempt=1, isReconnect=false)",
                    "WsAttempt(generation=2, attempt=2, isReconnect=false)",
                    "WsAttempt(generation=3, attempt=2, isReconnect=true)",
                )
            listOf(second, third).map { it.request.url.host } shouldContainExactly
                listOf("server-2.example", "server-3.example")
            listOf(second, third).map { it.request.headers["X-Token"] } shouldContainExactly listOf("2", "3")
            listOf(second, third).map { it.request.headers["X-App"] } shouldContainExactly listOf("belay", "belay")
        }

    @Test
    fun aProviderThatThrowsIsAFailedAttempt() =
        scenario {
            val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 5))
            val provider =
                WsTargetProvider { attempt ->
                    check(attempt.generation > 2) { "no token" }
                    targetOf(attempt)
                }
            val actor = actor(TextProtocol(), target = provider) { circuitBreaker = guard }
            actor.tell(WebSocketEvent.Connect)
            pass(1.seconds)
            lost().map { it.toString() } shouldContainExactly
                List(2) { "handshake_provider(IllegalStateException)" }
            actor.stats().connectFailures shouldBe 2
            guard.stats().consecutiveFailures shouldBe 2
            server.connectAttempts shouldBe 0
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun whatCannotBeUsedIsAFailedAttempt() =
        scenario {
            val provider =
                WsTargetProvider { attempt ->
                    when (attempt.generation) {
                        1L -> WsTarget("https://server.example/?token=secret")
                        2L -> WsTarget("ws://server.example/", WsHeaders.of("Host", "other"))
                        else -> targetOf(attempt)
                    }
                }
            val actor = actor(TextProtocol(), target = provider)
            actor.connect()
            now shouldBe 2.seconds
            lost().map { it.toString() } shouldContainExactly
                listOf(
                    "handshake_provider(IllegalArgumentException: url scheme must be ws or wss)",
                    "handshake_provider(IllegalArgumentException: header Host is set by the handshake and cannot be " +
                        "overridden)",
                )
        }

    @Test
    fun whatUserCodeThrowsIsShownByItsTypeAndKeptWholeForWhoClassifies() =
        scenario {
            val quoting =
                object : TextProtocol() {
                    override suspend fun generateAuth() = error("cannot parse token=secret")
                }
            val provider =
                WsTargetProvider { attempt ->
                    check(attempt.generation > 1) { "401 for apiKey=secret" }
                    targetOf(attempt)
                }
            val actor = actor(quoting, target = provider)
            actor.tell(WebSocketEvent.Connect)
            pass(1.seconds)
            lost().map { it.toString() } shouldContainExactly
                listOf("handshake_provider(IllegalStateException)", "internal_error(auth: IllegalStateException)")
            val (provided, logged) = lost()
            provided.shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>().thrown?.message shouldBe
                "401 for apiKey=secret"
            logged.shouldBeInstanceOf<WsDisconnectCause.InternalError>().thrown?.message shouldBe
                "cannot parse token=secret"
        }

    @Test
    fun whatTheTransportCannotHonourIsRefusedAtOnceWhoeverGivesTheTarget() =
        scenario {
            val choosy =
                object : WsTransport by transport {
                    override fun check(request: WsConnectRequest) =
                        require(request.headers["X-App"] == null && request.subprotocols.isEmpty()) { "not here" }
                }
            shouldThrow<IllegalArgumentException> {
                actor(TextProtocol(), transport = choosy) { header("X-App", "belay") }
            }.message shouldBe "not here"
            shouldThrow<IllegalArgumentException> {
                actor(TextProtocol(), transport = choosy) { subprotocols = listOf("v1") }
            }.message shouldBe "not here"
            actor(TextProtocol(), transport = choosy).connect()
        }

    @Test
    fun aTimeLimitOfTheProvidersOwnIsAFailedAttempt() =
        scenario {
            val provider =
                WsTargetProvider { attempt ->
                    if (attempt.generation == 1L) withTimeout(3.seconds) { awaitCancellation() }
                    targetOf(attempt)
                }
            val actor = actor(TextProtocol(), target = provider)
            actor.connect()
            now shouldBe 4.seconds
            lost().single().shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>().failure shouldBe
                WsHandshakeFailure.PROVIDER
        }

    @Test
    fun theConnectTimeoutBoundsTheProvider() =
        scenario {
            val provider =
                WsTargetProvider { attempt ->
                    if (attempt.generation == 1L) delay(6.seconds)
                    targetOf(attempt)
                }
            val actor = actor(TextProtocol(), target = provider) { connectTimeout = 5.seconds }
            actor.connect()
            now shouldBe 6.seconds
            lost().single().shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>().failure shouldBe
                WsHandshakeFailure.TIMED_OUT
            server.connectAttempts shouldBe 1
        }

    @Test
    fun aTimeLimitOfTheLoginsOwnCostsTheLinkAtOnce() =
        scenario {
            val impatient =
                object : TextProtocol() {
                    var logins = 0

                    override suspend fun generateAuth() =
                        if (++logins == 1) withTimeout(3.seconds) { awaitCancellation() } else null
                }
            val actor = actor(impatient)
            actor.connect()
            now shouldBe 4.seconds
            lost().single().shouldBeInstanceOf<WsDisconnectCause.InternalError>().context shouldBe "auth"
        }
}
