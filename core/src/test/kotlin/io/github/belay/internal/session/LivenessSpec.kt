package io.github.belay.internal.session

import io.github.belay.frame.WsFrame
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.outbound.take
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.WsPingPongStrategy
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private const val GENERATION = 3L

/** A link's liveness and what it did. */
@OptIn(ExperimentalCoroutinesApi::class)
private class Watched(
    private val scope: TestScope,
    strategy: WsPingPongStrategy,
    maxSilence: Duration,
) {
    val outbound = OutboundQueue(maxFrames = 8, maxBytes = 1024)
    val roundTrips = ArrayList<Duration>()
    var pings = 0
    val liveness =
        Liveness(
            strategy,
            maxSilence,
            Clock(scope.testTimeSource),
            outbound,
            GENERATION,
            onPing = { pings++ },
            onRoundTrip = roundTrips::add,
        )
    val verdict: Deferred<WsDisconnectCause> = scope.backgroundScope.async { liveness.watch() }

    fun pass(duration: Duration) {
        scope.advanceTimeBy(duration)
        scope.runCurrent()
    }

    /** The pings that wait to be written. */
    fun takePings(): List<WsFrame.Ping> =
        outbound
            .take(
                GENERATION,
                batchFrames = 100,
                batchBytes = 1024,
            )?.frames
            .orEmpty()
            .filterIsInstance<WsFrame.Ping>()

    /** Answers the ping that waits, [after] it. */
    fun answer(after: Duration) {
        val ping = takePings().single()
        pass(after)
        liveness.pong(ping.payload)
    }

    suspend fun endsAt(time: Duration): WsDisconnectCause {
        verdict.isCompleted shouldBe false
        val cause = verdict.await()
        scope.currentTime.milliseconds shouldBe time
        return cause
    }
}

class LivenessSpec :
    FunSpec({
        val pingPong = ProtocolPingPong(interval = 20.seconds, timeout = 10.seconds)

        fun watching(
            strategy: WsPingPongStrategy = NoPingPong,
            maxSilence: Duration = Duration.INFINITE,
            block: suspend Watched.() -> Unit,
        ) = runTest { Watched(this, strategy, maxSilence).block() }

        test("pings at once and then at the interval, as long as they are answered") {
            watching(pingPong) {
                pass(Duration.ZERO)
                answer(after = 30.milliseconds)
                pass(19_969.milliseconds)
                pings shouldBe 1
                pass(1.milliseconds)
                pings shouldBe 2
                answer(after = 50.milliseconds)
                roundTrips shouldContainExactly listOf(30.milliseconds, 50.milliseconds)
            }
        }

        test("a ping without an answer ends the link at its timeout") {
            watching(pingPong) {
                endsAt(10.seconds).shouldBeInstanceOf<WsDisconnectCause.PongTimeout>().limit shouldBe 10.seconds
            }
        }

        test("with a timeout longer than the interval the first unanswered ping decides") {
            watching(ProtocolPingPong(interval = 15.seconds, timeout = 30.seconds)) {
                endsAt(30.seconds).shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
            }
        }

        test("what comes in does not stand in for a pong") {
            watching(pingPong) {
                pass(9.seconds)
                liveness.touch()
                endsAt(10.seconds).shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
            }
        }

        test("silence ends the link at its limit") {
            watching(maxSilence = 30.seconds) {
                endsAt(30.seconds).shouldBeInstanceOf<WsDisconnectCause.StaleData>().limit shouldBe 30.seconds
                pings shouldBe 0
            }
        }

        test("whatever comes in puts the silence off") {
            watching(maxSilence = 30.seconds) {
                pass(29.seconds)
                liveness.touch()
                pass(29.seconds)
                liveness.touch()
                endsAt(88.seconds).shouldBeInstanceOf<WsDisconnectCause.StaleData>()
            }
        }

        test("of silence and missing pong the earlier one ends the link") {
            watching(pingPong, maxSilence = 9.seconds) {
                endsAt(9.seconds).shouldBeInstanceOf<WsDisconnectCause.StaleData>()
            }
            watching(pingPong, maxSilence = 11.seconds) {
                endsAt(10.seconds).shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
            }
        }

        test("while reading is off both clocks stand still") {
            watching(pingPong, maxSilence = 15.seconds) {
                pass(1.seconds)
                liveness.hold()
                pass(3_600.seconds)
                pings shouldBe 1
                liveness.resume()
                // The ping of the beginning gets its full time again, and a new one went out in between.
                endsAt(3_611.seconds).shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
                pings shouldBe 2
            }
        }

        test("silence counts anew once reading is on again") {
            watching(maxSilence = 15.seconds) {
                liveness.hold()
                pass(100.seconds)
                liveness.resume()
                endsAt(115.seconds).shouldBeInstanceOf<WsDisconnectCause.StaleData>()
            }
        }

        test("without pings and with no limit it watches for ever") {
            watching {
                pass(86_400.seconds)
                verdict.isCompleted shouldBe false
                liveness.pong(WsFrame.ping().payload)
                roundTrips.size shouldBe 0
            }
        }
    })
