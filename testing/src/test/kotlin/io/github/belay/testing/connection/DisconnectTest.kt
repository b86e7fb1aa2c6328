package io.github.belay.testing.connection

import io.github.belay.WebSocketException
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.policy.WsReconnectStrategy
import io.github.belay.policy.WsRetry
import io.github.belay.transport.WsLinkEnd
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import org.junit.jupiter.api.Test
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class DisconnectTest {
    private class CountingStrategy : WsReconnectStrategy {
        var steps = 0

        override fun nextDelayMillis(retry: WsRetry): Long {
            steps++
            return 1_000
        }
    }

    @Test
    fun aDroppedSocketTellsOpenGoneOpen() =
        scenario {
            val protocol = TextProtocol()
            actor(protocol).connect()
            server.acceptConnection().dropSocket()
            pass(1.seconds)
            protocol.calls.filter { it != "onOpen" } shouldContainExactly
                listOf("opened(false)", "disconnected(true)", "opened(true)")
        }

    @Test
    fun twoCausesForOneLossCountOnce() =
        scenario {
            val manual = ManualTransport()
            val protocol = TextProtocol()
            val strategy = CountingStrategy()
            val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 5))
            val actor =
                actor(protocol, transport = manual) {
                    reconnect = strategy
                    circuitBreaker = guard
                }
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.open()
            settle()
            link.receive(WsFrame.close(CloseCode.SERVICE_RESTART))
            link.session.isOver = true
            link.listener.onClosed(WsLinkEnd.Failed("reset"))
            settle()
            protocol.calls.filter { it.startsWith("disconnected") } shouldContainExactly listOf("disconnected(true)")
            val lost = eventsOf<WsLifecycleEvent.Disconnected>().single()
            lost.cause.shouldBeInstanceOf<WsDisconnectCause.RemoteClosed>().code shouldBe CloseCode.SERVICE_RESTART
            protocol.classified.size shouldBe 1
            guard.stats().consecutiveFailures shouldBe 1
            strategy.steps shouldBe 1
            pass(1.seconds)
            manual.attempts.size shouldBe 2
        }

    @Test
    fun aLossAndTheUsersDisconnectCountOnce() =
        scenario {
            val protocol = TextProtocol()
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().dropSocket()
            val down = actor.tell(WebSocketEvent.disconnect())
            settle()
            down.await().toString() shouldBe "Done"
            eventsOf<WsLifecycleEvent.Disconnected>().size shouldBe 1
            pass(1.hours)
            attemptTimes.size shouldBe 1
            actor.status.value shouldBe DISCONNECTED
        }

    @Test
    fun disconnectingTwiceTakesTheLinkDownOnce() =
        scenario {
            val actor = raw()
            actor.connect()
            val calls = List(3) { test.async { actor.disconnect() } }
            calls.forEach { it.await() }
            eventsOf<WsLifecycleEvent.Disconnected>().size shouldBe 1
        }

    @Test
    fun disconnectEndsAnAttemptAtOnceAndStaysDown() =
        scenario {
            server.hang()
            val actor = raw()
            val connecting = test.async { runCatching { actor.connect() } }
            pass(1.seconds)
            timeOf { actor.disconnect() } shouldBe Duration.ZERO
            connecting
                .await()
                .exceptionOrNull()
                .shouldBeInstanceOf<WebSocketException>()
                .disconnectCause
                .shouldBeInstanceOf<WsDisconnectCause.Requested>()
            pass(1.hours)
            attemptTimes.size shouldBe 1
        }

    @Test
    fun disconnectEndsTheWaitForARetry() =
        scenario {
            server.reject(503)
            val actor = raw()
            actor.tell(WebSocketEvent.Connect)
            pass(500.milliseconds)
            actor.disconnect()
            pass(1.hours)
            attemptTimes.size shouldBe 1
            actor.status.value shouldBe DISCONNECTED
        }

    @Test
    fun disconnectEndsALoginThatHangs() =
        scenario {
            val stuck =
                object : TextProtocol() {
                    override suspend fun generateAuth(): WsFrame? = awaitCancellation()
                }
            val actor = actor(stuck)
            actor.tell(WebSocketEvent.Connect)
            pass(1.seconds)
            timeOf { actor.disconnect() } shouldBe Duration.ZERO
            server.openConnections shouldBe 0
            pass(1.hours)
            attemptTimes.size shouldBe 1
        }

    @Test
    fun disconnectBeforeAnyConnectIsDoneAtOnce() =
        scenario {
            val actor = raw()
            actor.disconnect()
            actor.status.value shouldBe DISCONNECTED
            actor.connect()
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun whatWaitsFailsAtOnceAndWhatIsToldAfterwardsIsForTheNextLink() =
        scenario {
            server.echoesClose = false
            val actor = raw()
            actor.connect()
            server.acceptConnection().stallWrites()
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("under way")))
            settle()
            val before = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("before")))
            actor.tell(WebSocketEvent.disconnect())
            actor.tell(WebSocketEvent.Connect)
            settle()
            before.await().shouldBeInstanceOf<TellOutcome.NotDelivered>()
            val after = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("after")))
            pass(actor.config.closeTimeout)
            after.await() shouldBe TellOutcome.Done
            server.acceptConnection().receiveText() shouldBe "after"
        }

    @Test
    fun anAttemptThatTheUserCallsOffDidNotFail() =
        scenario {
            server.hang()
            val actor = raw()
            actor.tell(WebSocketEvent.Connect)
            pass(1.seconds)
            actor.disconnect()
            actor.stats().connectAttempts shouldBe 1
            actor.stats().connectFailures shouldBe 0
        }

    @Test
    fun aReasonThatDoesNotFitIntoACloseFrameIsRefusedAndNothingHappens() =
        scenario {
            val actor = raw()
            actor.connect()
            shouldThrow<IllegalArgumentException> { actor.disconnect(1000, "x".repeat(124)) }
            shouldThrow<IllegalArgumentException> { actor.disconnect(CloseCode.ABNORMAL) }
            settle()
            actor.status.value shouldBe CONNECTED
        }
}
