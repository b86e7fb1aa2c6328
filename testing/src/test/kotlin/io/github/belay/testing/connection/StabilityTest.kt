package io.github.belay.testing.connection

import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.BreakerState
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.Jitter
import io.github.belay.policy.WsCircuitBreakerConfig
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class StabilityTest {
    /** A server that accepts everybody and throws them out at once. */
    private fun Scenario.throwOutEverybody() {
        test.backgroundScope.launch { while (true) server.acceptConnection().close(1013) }
    }

    private val doubling = ExponentialBackoff(100.milliseconds, 30.seconds, 2.0, Jitter.None)

    @Test
    fun aServerThatAcceptsAndClosesAtOnceSeesGrowingDelays() =
        scenario {
            throwOutEverybody()
            raw { reconnect = doubling }.tell(WebSocketEvent.Connect)
            pass(1.minutes)
            eventsOf<WsLifecycleEvent.Opened>().size shouldBe attemptTimes.size
            attemptTimes.zipWithNext { one, next -> (next - one).inWholeMilliseconds } shouldContainExactly
                listOf(100L, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600)
            eventsOf<WsLifecycleEvent.Connecting>().map { it.attempt } shouldContainExactly (1..10).toList()
        }

    @Test
    fun aServerThatAcceptsAndClosesAtOnceTripsTheBreaker() =
        scenario {
            throwOutEverybody()
            val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 5, openTimeout = 10.minutes))
            val actor =
                raw {
                    reconnect = doubling
                    circuitBreaker = guard
                }
            actor.tell(WebSocketEvent.Connect)
            pass(5.minutes)
            guard.stats().state shouldBe BreakerState.Open
            guard.stats().trips shouldBe 1
            server.acceptedConnections shouldBe 5
        }

    @Test
    fun twentyLossesEachAfterAStableHourCountForNothing() =
        scenario {
            val guard = breaker(WsCircuitBreakerConfig(failureThreshold = 2))
            val actor =
                raw {
                    reconnect = ConstantBackoff(1.seconds, maxAttempts = 1)
                    circuitBreaker = guard
                }
            actor.connect()
            repeat(20) {
                pass(1.hours)
                server.acceptConnection().dropSocket()
                pass(1.seconds)
                actor.status.value shouldBe CONNECTED
            }
            guard.stats().trips shouldBe 0
            guard.stats().consecutiveFailures shouldBe 0
            eventsOf<WsLifecycleEvent.GaveUp>().shouldBeEmpty()
            eventsOf<WsLifecycleEvent.Disconnected>().map { it.retryIn } shouldContainExactly List(20) { 1.seconds }
            server.acceptedConnections shouldBe 21
        }

    @Test
    fun aLinkIsForgivenAtTheEndOfTheStabilityWindowAndNotBefore() =
        scenario {
            val actor =
                raw {
                    reconnect = doubling
                    stabilityWindow = 30.seconds
                }
            actor.connect()
            for (lifetime in listOf(29_999, 29_999, 30_000, 29_999)) {
                val connection = server.acceptConnection()
                pass(lifetime.milliseconds)
                connection.dropSocket()
                settle()
                pass(eventsOf<WsLifecycleEvent.Disconnected>().last().retryInMillis.milliseconds)
            }
            eventsOf<WsLifecycleEvent.Disconnected>().map { it.retryInMillis } shouldContainExactly
                listOf(100L, 200, 100, 200)
        }

    @Test
    fun aStabilityTimerOfAnOldLinkDoesNotVouchForTheNextOne() =
        scenario {
            val actor = raw { reconnect = doubling }
            actor.connect()
            pass(9.seconds)
            server.acceptConnection().dropSocket()
            pass(2.seconds)
            server.acceptConnection().dropSocket()
            settle()
            eventsOf<WsLifecycleEvent.Disconnected>().map { it.retryInMillis } shouldContainExactly listOf(100L, 200)
        }
}
