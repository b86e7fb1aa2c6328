package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketClosedException
import io.github.belay.WebSocketException
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Nothing that a connection waits for holds up whoever wants it to stop, and a caller that goes takes nothing along. */
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

    @Test
    fun cancellingTheCallerOfConnectCancelsOnlyItsWait() =
        scenario {
            server.delay(1.seconds)
            val actor = raw()
            val caller = test.launch { actor.connect() }
            pass(500.milliseconds)
            caller.cancel()
            pass(500.milliseconds)
            actor.status.value shouldBe CONNECTED
            server.connectAttempts shouldBe 1
        }

    @Test
    fun cancellingOneOfTwoCallersLeavesTheOtherItsAnswer() =
        scenario {
            val actor = actor(TextProtocol())
            actor.connect()
            val connection = server.acceptConnection()
            val request = WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 5.seconds)
            val leaving = test.async { actor.ask(request) }
            val staying = test.async { actor.ask(request) }
            settle()
            leaving.cancel()
            settle()
            connection.sendText("ok:7")
            staying.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
        }

    @Test
    fun cancellingTheCallersOfDisconnectAndCloseDoesNotTakeTheirWordBack() =
        scenario {
            server.echoesClose = false
            val actor = raw()
            actor.connect()
            test.launch { actor.disconnect() }.run {
                settle()
                cancel()
            }
            pass(2.seconds)
            actor.status.value shouldBe DISCONNECTED
            actor.connect()
            test.launch { actor.close() }.run {
                settle()
                cancel()
            }
            pass(2.seconds)
            actor.status.value shouldBe CLOSED
        }

    @Test
    fun cancellingTheParentLeavesNothingAndNobodyWaiting() =
        scenario {
            val actor = actor(TextProtocol())
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            val told = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("x")))
            val asked =
                test.async { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 60.seconds)) }
            val collecting = test.launch { actor.messages.collect {} }
            settle()
            owner.cancel()
            settle()
            actor.status.value shouldBe CLOSED
            connection.isOpen shouldBe false
            told.await().shouldBeInstanceOf<TellOutcome.Unknown>()
            asked.await().shouldBeInstanceOf<WsDelegatedError>()
            collecting.join()
            owner.children.toList().shouldBeEmpty()
            eventsOf<WsLifecycleEvent.Closed>().size shouldBe 1
            runCatching { actor.connect() }.exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
        }

    @Test
    fun cancellingTheParentDuringAnAttemptFailsWhoeverWaitsForIt() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(), transport = manual)
            val connecting = test.async { runCatching { actor.connect() } }
            val waiting = test.async { runCatching { actor.awaitReady(60.seconds) } }
            settle()
            owner.cancel()
            settle()
            connecting.await().exceptionOrNull().shouldBeInstanceOf<WebSocketException>()
            waiting.await().exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
            manual.attempts.single().isCancelled shouldBe true
            owner.children.toList().shouldBeEmpty()
        }

    @Test
    fun aParentThatIsCancelledAlreadyMakesAClosedConnection() =
        scenario {
            owner.cancel()
            val actor = raw()
            settle()
            actor.status.value shouldBe CLOSED
            runCatching { actor.connect() }.exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
            server.connectAttempts shouldBe 0
        }
}
