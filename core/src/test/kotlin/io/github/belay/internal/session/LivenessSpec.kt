package io.github.belay.internal.session

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.outbound.take
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.TextPingPong
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
    limits: LivenessLimits,
) : HeartbeatListener {
    val outbound = OutboundQueue(maxFrames = 8, maxBytes = 1024)
    val roundTrips = ArrayList<Duration>()
    val errors = ArrayList<String>()
    var pings = 0
    var misses = 0
    var isBehind = false
    private val clock = Clock(scope.testTimeSource)
    private val heartbeat = Heartbeat(PingPlan(strategy), GENERATION, clock, outbound, listener = this)
    val liveness = Liveness(heartbeat, limits, clock) { isBehind }
    val verdict: Deferred<WsDisconnectCause> = scope.backgroundScope.async { liveness.watch() }
    private val view = WsFrameView()

    override fun onPing() {
        pings++
    }

    override fun onRoundTrip(roundTrip: Duration) {
        roundTrips += roundTrip
    }

    override fun onMiss() {
        misses++
    }

    override fun onInvalidPong() {
        errors += "invalid pong"
    }

    override fun onStrategyError(
        function: String,
        thrown: Exception,
    ) {
        errors += function
    }

    /** [frame] comes in; true if it goes no further. */
    fun receive(frame: WsFrame): Boolean = liveness.consumes(view.give(frame.kind, frame.payload))

    /** Data comes in, and the owner sees it at once. */
    fun receiveData() = liveness.data(liveness.touch())

    fun pass(duration: Duration) {
        scope.advanceTimeBy(duration)
        scope.runCurrent()
    }

    /** What waits to be written. */
    fun takeFrames(): List<WsFrame> =
        outbound
            .take(
                GENERATION,
                batchFrames = 100,
                batchBytes = 1024,
            )?.frames
            .orEmpty()

    /** Answers the ping that waits, [after] it. */
    fun answer(after: Duration) {
        val ping = takeFrames().single()
        pass(after)
        receive(WsFrame.pong(ping.payload)) shouldBe true
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
            dataTimeout: Duration = Duration.INFINITE,
            block: suspend Watched.() -> Unit,
        ) = runTest { Watched(this, strategy, LivenessLimits(maxSilence, dataTimeout)).block() }

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
                receive(WsFrame.pong()) shouldBe false
                roundTrips.size shouldBe 0
            }
        }

        test("a missed ping below the threshold is told, and the link goes on") {
            watching(ProtocolPingPong(20.seconds, 10.seconds, failureThreshold = 3)) {
                pass(10.seconds)
                misses shouldBe 1
                takeFrames()
                pass(20.seconds)
                misses shouldBe 2
                liveness.vitals().misses shouldBe 2
                takeFrames()
                pass(10.seconds)
                answer(after = 1.seconds)
                liveness.vitals().misses shouldBe 0
                // Pings at 60, 80 and 100 s are missed.
                endsAt(110.seconds).shouldBeInstanceOf<WsDisconnectCause.PongTimeout>().limit shouldBe 10.seconds
                misses shouldBe 4
            }
        }

        test("while no more pings may wait it keeps looking, and goes on as soon as there is room") {
            watching(TextPingPong("ping", "pong", interval = 1.seconds, timeout = 60.seconds)) {
                pass(10_500.milliseconds)
                pings shouldBe 1
                receive(WsFrame.text("pong")) shouldBe true
                pass(500.milliseconds)
                pings shouldBe 2
            }
        }

        test("without data the link ends at its limit, whatever else comes in") {
            watching(pingPong, maxSilence = 15.seconds, dataTimeout = 30.seconds) {
                pass(Duration.ZERO)
                answer(after = 10.milliseconds)
                repeat(29) {
                    pass(990.milliseconds)
                    liveness.touch()
                    if (it == 19) answer(after = 10.milliseconds) else pass(10.milliseconds)
                }
                endsAt(30.seconds).shouldBeInstanceOf<WsDisconnectCause.DataTimeout>().limit shouldBe 30.seconds
            }
        }

        test("one data frame puts the data timeout off") {
            watching(dataTimeout = 30.seconds) {
                pass(29.seconds)
                receiveData()
                endsAt(59.seconds).shouldBeInstanceOf<WsDisconnectCause.DataTimeout>()
            }
        }

        test("what arrived in time counts as of then, however late the owner finds that it is data") {
            watching(dataTimeout = 30.seconds) {
                pass(29.seconds)
                val arrival = liveness.touch()
                isBehind = true
                pass(10.seconds)
                verdict.isCompleted shouldBe false
                liveness.data(arrival)
                isBehind = false
                endsAt(59.seconds).shouldBeInstanceOf<WsDisconnectCause.DataTimeout>()
            }
        }

        test("an owner who is behind and finds no data ends the link as soon as he has seen everything") {
            watching(dataTimeout = 30.seconds) {
                isBehind = true
                pass(35.seconds)
                isBehind = false
                endsAt(35_100.milliseconds).shouldBeInstanceOf<WsDisconnectCause.DataTimeout>()
            }
        }

        test("the data timeout stands still while reading is off") {
            watching(dataTimeout = 15.seconds) {
                liveness.hold()
                pass(100.seconds)
                liveness.resume()
                endsAt(115.seconds).shouldBeInstanceOf<WsDisconnectCause.DataTimeout>()
            }
        }

        test("it says how long ago anything and data came in") {
            watching {
                pass(2.seconds)
                receiveData()
                pass(3.seconds)
                liveness.touch()
                pass(1.seconds)
                liveness.vitals().inboundAge shouldBe 1.seconds
                liveness.vitals().dataAge shouldBe 4.seconds
            }
        }
    })
