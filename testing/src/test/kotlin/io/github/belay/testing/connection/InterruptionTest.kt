package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.WsCircuitBreakerConfig
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Nothing that a connection waits for holds up whoever wants it to stop. */
class InterruptionTest {
    private val stuckLogin =
        object : TextProtocol() {
            override suspend fun generateAuth(): WsFrame? = awaitCancellation()
        }

    private suspend fun Scenario.closesAtOnce(actor: WebSocketActor<*>) {
        timeOf { actor.close() } shouldBeLessThanOrEqualTo 100.milliseconds
        actor.status.value shouldBe CLOSED
        server.openConnections shouldBe 0
        owner.children.toList().shouldBeEmpty()
    }

    private fun Scenario.begun(actor: WebSocketActor<*>) {
        actor.tell(WebSocketEvent.Connect)
        pass(500.milliseconds)
    }

    @Test
    fun closeDuringBackoffReturnsAtOnce() =
        scenario {
            server.reject(503)
            val actor = raw()
            begun(actor)
            actor.status.value shouldBe DISCONNECTED
            closesAtOnce(actor)
        }

    @Test
    fun closeWhileTheBreakerRefusesReturnsAtOnce() =
        scenario {
            val guard = breaker(WsCircuitBreakerConfig()).apply { trip() }
            val actor = raw { circuitBreaker = guard }
            begun(actor)
            eventsOf<WsLifecycleEvent.Refused>().size shouldBe 1
            closesAtOnce(actor)
        }

    @Test
    fun closeDuringTheHandshakeReturnsAtOnce() =
        scenario {
            server.hang()
            val actor = raw()
            begun(actor)
            server.connectAttempts shouldBe 1
            actor.status.value shouldBe CONNECTING
            closesAtOnce(actor)
        }

    @Test
    fun closeWhileTheTargetIsLookedUpReturnsAtOnce() =
        scenario {
            val actor = actor(TextProtocol(), target = { awaitCancellation() })
            begun(actor)
            actor.status.value shouldBe CONNECTING
            closesAtOnce(actor)
        }

    @Test
    fun closeDuringTheLoginReturnsAtOnce() =
        scenario {
            val actor = actor(stuckLogin)
            begun(actor)
            actor.status.value shouldBe CONNECTING
            closesAtOnce(actor)
        }

    @Test
    fun closeWhileTheLoginWaitsForItsAnswerReturnsAtOnce() =
        scenario {
            val gated =
                object : TextProtocol(WsFrame.text("login")) {
                    override val sessionMode = WsSessionMode.AUTH_GATED
                }
            val actor = actor(gated)
            begun(actor)
            actor.status.value shouldBe CONNECTING
            closesAtOnce(actor)
        }

    @Test
    fun closeDuringTheReplayReturnsAtOnce() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(topics = listOf("a")), transport = manual)
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.session.holdsFlushes = true
            link.session.onWrite = { if (it is WsFrame.Close) link.receive(it) }
            link.open()
            settle()
            actor.status.value shouldBe CONNECTING
            val closing = test.async { timeOf { actor.close() } }
            settle()
            link.session.holdsFlushes = false
            link.session.releaseFlushes()
            closing.await() shouldBeLessThanOrEqualTo 100.milliseconds
            link.session.isAborted shouldBe true
            owner.children.toList().shouldBeEmpty()
        }

    @Test
    fun closeWhileTheReplayIsStuckTakesNoLongerThanTheCloseTimeout() =
        scenario {
            val actor = actor(TextProtocol(topics = listOf("a"))) { closeTimeout = 70.milliseconds }
            actor.tell(WebSocketEvent.Connect)
            server.acceptConnection().stallWrites()
            settle()
            actor.status.value shouldBe CONNECTING
            closesAtOnce(actor)
        }

    @Test
    fun abortDuringACloseThatWaitsForThePeerEndsIt() =
        scenario {
            server.echoesClose = false
            val actor = raw()
            actor.connect()
            val closing = test.async { timeOf { actor.close() } }
            pass(500.milliseconds)
            timeOf { actor.abort() } shouldBe 0.seconds
            closing.await() shouldBe 500.milliseconds
            server.openConnections shouldBe 0
        }
}
