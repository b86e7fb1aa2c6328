package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.lifecycle.WsPercentile
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.WsLatencyAction
import io.github.belay.policy.WsLatencyPolicy
import io.github.belay.testing.MockConnection
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Test
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What comes of round trips that take too long. */
class LatencyTest {
    private suspend fun Scenario.policed(
        action: WsLatencyAction = WsLatencyAction.RECONNECT,
        minSamples: Int = 2,
    ): WebSocketActor<*> {
        server.answersPings = false
        val actor =
            raw {
                heartbeat = ProtocolPingPong(interval = 10.seconds, timeout = 1.hours)
                latencyPolicy =
                    WsLatencyPolicy(
                        100.milliseconds,
                        WsPercentile.P50,
                        minSamples,
                        consecutiveBreaches = 3,
                        window = 3,
                        action,
                    )
            }
        actor.connect()
        settle()
        return actor
    }

    /** Answers the next ping [after] it came. */
    private suspend fun Scenario.answer(
        connection: MockConnection,
        after: Duration,
    ) {
        val ping = connection.receive()
        pass(after)
        connection.sendPong(ping.payload)
        settle()
    }

    private fun Scenario.causes() = eventsOf<WsLifecycleEvent.Disconnected>().map { it.cause }

    @Test
    fun threeSlowSamplesInARowEndTheLinkOnceAndSayWhatWasSeen() =
        scenario {
            policed()
            val connection = server.acceptConnection()
            repeat(3) { answer(connection, 150.milliseconds) }
            causes().shouldBeEmpty()
            answer(connection, 160.milliseconds)
            val cause = causes().single().shouldBeInstanceOf<WsDisconnectCause.HighLatency>()
            cause.toString() shouldBe "high_latency(P50=150000us threshold=100000us samples=3)"
            pass(2.seconds)
            causes().size shouldBe 1
        }

    @Test
    fun timeWithoutASampleDoesNotCount() =
        scenario {
            val actor = policed()
            val connection = server.acceptConnection()
            repeat(3) { answer(connection, 150.milliseconds) }
            // Two breaches up to now; pings go on, and nobody answers.
            pass(300.seconds)
            actor.status.value shouldBe CONNECTED
            causes().shouldBeEmpty()
        }

    @Test
    fun anEarlyBadPhaseIsForgottenOnceItHasLeftTheWindow() =
        scenario {
            val actor = policed()
            val connection = server.acceptConnection()
            repeat(2) { answer(connection, 900.milliseconds) }
            repeat(100) { answer(connection, 20.milliseconds) }
            actor.status.value shouldBe CONNECTED
            repeat(3) { answer(connection, 900.milliseconds) }
            actor.status.value shouldBe CONNECTED
            answer(connection, 900.milliseconds)
            causes().single().shouldBeInstanceOf<WsDisconnectCause.HighLatency>()
        }

    @Test
    fun theNextLinkStartsAfresh() =
        scenario {
            policed()
            val first = server.acceptConnection()
            repeat(3) { answer(first, 150.milliseconds) }
            first.reset()
            pass(1.seconds)
            val second = server.acceptConnection()
            repeat(3) { answer(second, 150.milliseconds) }
            causes().single().shouldBeInstanceOf<WsDisconnectCause.ReadFailure>()
        }

    @Test
    fun aPolicyThatOnlyReportsTellsOnceUntilTheLatencyWasGoodAgain() =
        scenario {
            policed(WsLatencyAction.REPORT)
            val connection = server.acceptConnection()
            repeat(10) { answer(connection, 150.milliseconds) }
            eventsOf<WsLifecycleEvent.HighLatency>().single().toString() shouldBe
                "HighLatency(generation=1, P50=150000us, threshold=100000us)"
            repeat(3) { answer(connection, 20.milliseconds) }
            repeat(10) { answer(connection, 200.milliseconds) }
            eventsOf<WsLifecycleEvent.HighLatency>().map { it.observedMicros } shouldBe listOf(150_000, 200_000)
            causes().shouldBeEmpty()
        }
}
