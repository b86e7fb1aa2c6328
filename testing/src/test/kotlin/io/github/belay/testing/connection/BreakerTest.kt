package io.github.belay.testing.connection

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.BreakerState
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.WsCircuitBreaker
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.testing.MockHandshake
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class BreakerTest {
    private fun Scenario.guarded(
        guard: WsCircuitBreaker,
        protocol: TextProtocol = TextProtocol(),
    ) = actor(protocol) {
        circuitBreaker = guard
        reconnect = ConstantBackoff(1.seconds)
        stabilityWindow = 10.seconds
    }

    @Test
    fun opensAtTheThresholdAndAsksNobodyUntilTheOpenTimeIsOver() =
        scenario {
            server.otherwise = MockHandshake.reject(503)
            val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 3, openTimeout = 60.seconds))
            guarded(guard).tell(WebSocketEvent.Connect)
            // The third failure, at 2 s, opens it; the retry at 3 s is refused for the rest of the minute.
            pass(61_999.milliseconds)
            attemptTimes shouldContainExactly listOf(0.seconds, 1.seconds, 2.seconds)
            server.connectAttempts shouldBe 3
            guard.stats().state shouldBe BreakerState.Open
            eventsOf<WsLifecycleEvent.Refused>().map { it.retryIn } shouldContainExactly listOf(59.seconds)
            pass(1.milliseconds)
            attemptTimes.last() shouldBe 62.seconds
        }

    @Test
    fun oneFailedProbeOpensItAgain() =
        scenario {
            server.otherwise = MockHandshake.reject(503)
            val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 1, openTimeout = 60.seconds))
            guarded(guard).tell(WebSocketEvent.Connect)
            pass(179.seconds)
            attemptTimes shouldContainExactly listOf(0.seconds, 60.seconds, 120.seconds)
            guard.stats().trips shouldBe 3
        }

    @Test
    fun closesAfterAsManyStableProbesAsAreAskedFor() =
        scenario {
            server.reject(503)
            val guard =
                breaker(WsCircuitBreakerConfig(failureThreshold = 1, successThreshold = 2, openTimeout = 60.seconds))
            val actor = guarded(guard)
            actor.connect()
            now shouldBe 60.seconds
            pass(9_999.milliseconds)
            guard.stats().successes shouldBe 0
            pass(1.milliseconds)
            guard.stats().state shouldBe BreakerState.HalfOpen
            guard.stats().successes shouldBe 1
            server.acceptConnection().dropSocket()
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
            pass(10.seconds)
            guard.stats().state shouldBe BreakerState.Closed
        }

    @Test
    fun ofTwoConnectionsThatShareItOnlyOneProbesAtATime() =
        scenario {
            val guard =
                breaker(WsCircuitBreakerConfig(successThreshold = 1, openTimeout = 60.seconds, halfOpenPermits = 1))
            guard.trip()
            val one = guarded(guard)
            val other = guarded(guard)
            one.tell(WebSocketEvent.Connect)
            other.tell(WebSocketEvent.Connect)
            pass(60.seconds)
            listOf(one, other).count { it.status.value == CONNECTED } shouldBe 1
            server.connectAttempts shouldBe 1
            pass(70.seconds)
            listOf(one, other).count { it.status.value == CONNECTED } shouldBe 2
        }

    @Test
    fun trippedByHandItRefusesAtOnceAndResetItLetsThrough() =
        scenario {
            val guard = breaker(WsCircuitBreakerConfig(openTimeout = 60.seconds))
            val actor = guarded(guard)
            guard.trip()
            actor.tell(WebSocketEvent.Connect)
            pass(30.seconds)
            server.connectAttempts shouldBe 0
            actor.status.value shouldBe DISCONNECTED
            guard.stats().rejectedRequests shouldBe 1
            guard.reset()
            actor.connect()
            now shouldBe 30.seconds
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun aRefusedConnectionIsNeverLeftWithoutANextAttempt() {
        for (backoffMillis in listOf(1, 999, 1_000, 1_001, 5_000, 20_000, 20_001)) {
            scenario {
                server.otherwise = MockHandshake.reject(503)
                val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 2, openTimeout = 20.seconds))
                val actor =
                    raw {
                        circuitBreaker = guard
                        reconnect = ConstantBackoff(backoffMillis.milliseconds)
                    }
                actor.tell(WebSocketEvent.Connect)
                pass(1.hours)
                val longestGap = attemptTimes.zipWithNext { one, next -> next - one }.max()
                longestGap shouldBeLessThanOrEqualTo 20.seconds + backoffMillis.milliseconds
                now - attemptTimes.last() shouldBeLessThanOrEqualTo longestGap
            }
        }
    }

    @Test
    fun aHundredDisconnectsByTheUserLeaveItClosed() =
        scenario {
            val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 1))
            val actor = guarded(guard)
            repeat(100) {
                actor.connect()
                actor.disconnect()
            }
            guard.stats().state shouldBe BreakerState.Closed
            guard.stats().trips shouldBe 0
            guard.stats().consecutiveFailures shouldBe 0
            server.connectAttempts shouldBe 100
        }

    @Test
    fun aHundredReconnectsThatTheEndpointWantsLeaveItClosed() =
        scenario {
            val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 1))
            val restless =
                object : TextProtocol() {
                    override fun understand(text: String) = WsParseOutcome.Reconnect(text)
                }
            val actor = guarded(guard, restless)
            actor.connect()
            repeat(100) {
                server.acceptConnection().sendText("move")
                pass(1.seconds)
            }
            guard.stats().state shouldBe BreakerState.Closed
            guard.stats().trips shouldBe 0
            guard.stats().consecutiveFailures shouldBe 0
            server.acceptedConnections shouldBe 101
        }

    @Test
    fun aProbeThatTheUserEndsGivesItsPlaceBack() =
        scenario {
            val guard =
                breaker(WsCircuitBreakerConfig(successThreshold = 1, openTimeout = 60.seconds, halfOpenPermits = 1))
            guard.trip()
            val actor = guarded(guard)
            actor.connect()
            guard.stats().state shouldBe BreakerState.HalfOpen
            actor.disconnect()
            timeOf { actor.connect() } shouldBe 0.seconds
            pass(10.seconds)
            guard.stats().state shouldBe BreakerState.Closed
        }
}
