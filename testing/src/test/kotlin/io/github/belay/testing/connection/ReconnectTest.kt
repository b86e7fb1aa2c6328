package io.github.belay.testing.connection

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.ImmediateReconnectFloor
import io.github.belay.policy.Jitter
import io.github.belay.policy.NoReconnect
import io.github.belay.policy.WsReconnectStrategy
import io.github.belay.policy.WsRetry
import io.github.belay.testing.MockHandshake
import io.github.belay.transport.WsHeaders
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import org.junit.jupiter.api.Test
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class ReconnectTest {
    private class Written(
        private val delays: List<Duration>,
    ) : WsReconnectStrategy {
        val asked = ArrayList<Int>()
        var resets = 0

        override fun nextDelayMillis(retry: WsRetry): Long {
            asked += retry.attempt
            return delays[(asked.size - 1) % delays.size].inWholeMilliseconds
        }

        override fun reset() {
            resets++
        }
    }

    private fun Scenario.gaps(): List<Duration> = attemptTimes.zipWithNext { one, next -> next - one }

    private fun Scenario.refuseAlways() {
        server.otherwise = MockHandshake.reject(503)
    }

    @Test
    fun theDelaysAgainstARefusingServerAreThoseOfTheStrategy() =
        scenario {
            refuseAlways()
            val actor = raw { reconnect = ExponentialBackoff(100.milliseconds, 30.seconds, 2.0, Jitter.None) }
            actor.tell(WebSocketEvent.Connect)
            pass(3.minutes)
            gaps().take(11).map { it.inWholeMilliseconds } shouldContainExactly
                listOf(100L, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000)
            eventsOf<WsLifecycleEvent.Disconnected>().map { it.retryIn }.take(gaps().size) shouldContainExactly gaps()
        }

    @Test
    fun anOwnStrategyIsAskedForEachRetryAndResetByAConnect() =
        scenario {
            refuseAlways()
            val strategy = Written(listOf(3.seconds, 1.seconds, 2.seconds))
            val actor = raw { reconnect = strategy }
            actor.tell(WebSocketEvent.Connect)
            pass(6.seconds)
            gaps() shouldContainExactly listOf(3.seconds, 1.seconds, 2.seconds)
            strategy.asked shouldContainExactly listOf(1, 2, 3, 4)
            strategy.resets shouldBe 1
            actor.disconnect()
            actor.tell(WebSocketEvent.Connect)
            settle()
            strategy.asked shouldContainExactly listOf(1, 2, 3, 4, 1)
            strategy.resets shouldBe 2
        }

    @Test
    fun aStrategyThatAllowsNoRetryLeavesTheConnectionDown() =
        scenario {
            val actor = raw { reconnect = NoReconnect }
            actor.connect()
            server.acceptConnection().dropSocket()
            pass(1.hours)
            actor.status.value shouldBe DISCONNECTED
            server.connectAttempts shouldBe 1
            eventsOf<WsLifecycleEvent.GaveUp>().single().reason shouldBe WsGiveUpReason.RETRY_SUPPRESSED
            eventsOf<WsLifecycleEvent.Disconnected>().single().willReconnect shouldBe false
        }

    @Test
    fun afterTheLastAttemptItSaysExhaustedAndCanBeStartedAgain() =
        scenario {
            refuseAlways()
            val actor = raw { reconnect = ConstantBackoff(1.seconds, maxAttempts = 3) }
            val connecting = test.async { runCatching { actor.connect() } }
            pass(1.hours)
            server.connectAttempts shouldBe 4
            val gaveUp = eventsOf<WsLifecycleEvent.GaveUp>().single()
            gaveUp.reason shouldBe WsGiveUpReason.EXHAUSTED
            gaveUp.attempts shouldBe 4
            gaveUp.lastCause.shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>().status shouldBe 503
            connecting.await().isFailure shouldBe true
            actor.status.value shouldBe DISCONNECTED
            server.otherwise = MockHandshake.accept()
            server.reject(503)
            actor.connect()
            actor.status.value shouldBe CONNECTED
            eventsOf<WsLifecycleEvent.Connecting>().map { it.attempt } shouldContainExactly listOf(1, 2, 3, 4, 1, 2)
        }

    @Test
    fun afterTheLongestOutageItSaysExhausted() =
        scenario {
            refuseAlways()
            val actor = raw { reconnect = ConstantBackoff(2.seconds, maxElapsed = 5.seconds) }
            actor.tell(WebSocketEvent.Connect)
            pass(1.hours)
            attemptTimes shouldContainExactly listOf(0.seconds, 2.seconds, 4.seconds)
            eventsOf<WsLifecycleEvent.GaveUp>().single().reason shouldBe WsGiveUpReason.EXHAUSTED
        }

    @Test
    fun immediateReconnectsAgainstARefusingServerKeepToTheFloor() =
        scenario {
            refuseAlways()
            val actor =
                actor(TextProtocol(action = WsDisconnectAction.IMMEDIATE_RECONNECT)) {
                    immediateFloor = ImmediateReconnectFloor(maxAttemptsPerSecond = 5)
                }
            actor.tell(WebSocketEvent.Connect)
            pass(10.seconds)
            attemptTimes.size shouldBe 51
            attemptTimes.windowed(6).forEach { (it.last() - it.first()) shouldBeGreaterThanOrEqualTo 1.seconds }
            attemptTimes.count { it in 3.seconds..<4.seconds } shouldBeLessThanOrEqual 5
        }

    @Test
    fun immediateReconnectAfterALongLifeIsImmediate() =
        scenario {
            val actor = actor(TextProtocol(action = WsDisconnectAction.IMMEDIATE_RECONNECT))
            actor.connect()
            pass(1.seconds)
            server.acceptConnection().dropSocket()
            settle()
            attemptTimes shouldContainExactly listOf(0.seconds, 1.seconds)
        }

    @Test
    fun tenReasonsToReconnectLeadToOneAttempt() =
        scenario {
            val strategy = Written(List(10) { (10 - it).seconds })
            val restless =
                object : TextProtocol() {
                    override fun understand(text: String) = WsParseOutcome.Reconnect(text)
                }
            val actor = actor(restless) { reconnect = strategy }
            actor.connect()
            server.acceptConnection().sendBurst(List(10) { WsFrame.text("$it") })
            pass(9_999.milliseconds)
            attemptTimes.size shouldBe 1
            pass(1.milliseconds)
            attemptTimes shouldContainExactly listOf(0.seconds, 10.seconds)
            pass(1.hours)
            attemptTimes.size shouldBe 2
        }

    @Test
    fun tenConnectsDuringTheWaitLeadToOneEarlierAttempt() =
        scenario {
            server.reject(503)
            val actor = raw { reconnect = ConstantBackoff(10.seconds) }
            actor.tell(WebSocketEvent.Connect)
            pass(4.seconds)
            repeat(10) { actor.tell(WebSocketEvent.Connect) }
            pass(1.hours)
            attemptTimes shouldContainExactly listOf(0.seconds, 4.seconds)
        }

    @Test
    fun retryAfterIsHonoured() =
        scenario {
            server.reject(503, WsHeaders.of("Retry-After", "7"))
            raw().tell(WebSocketEvent.Connect)
            pass(1.hours)
            attemptTimes shouldContainExactly listOf(0.seconds, 7.seconds)
        }

    @Test
    fun retryAfterShorterThanTheBackoffChangesNothing() =
        scenario {
            server.reject(503, WsHeaders.of("Retry-After", "7"))
            raw { reconnect = ConstantBackoff(9.seconds) }.tell(WebSocketEvent.Connect)
            pass(1.hours)
            attemptTimes shouldContainExactly listOf(0.seconds, 9.seconds)
        }

    @Test
    fun retryAfterIsCappedAtFiveMinutes() =
        scenario {
            server.reject(503, WsHeaders.of("Retry-After", "86400"))
            raw().tell(WebSocketEvent.Connect)
            pass(1.hours)
            attemptTimes shouldContainExactly listOf(0.seconds, 5.minutes)
        }

    @Test
    fun refusedCredentialsAreNotTriedAgain() {
        for (status in listOf(401, 403)) {
            scenario {
                server.reject(status)
                raw().tell(WebSocketEvent.Connect)
                pass(1.hours)
                attemptTimes.size shouldBe 1
                eventsOf<WsLifecycleEvent.GaveUp>().single().reason shouldBe WsGiveUpReason.ABORTED
            }
        }
    }
}
