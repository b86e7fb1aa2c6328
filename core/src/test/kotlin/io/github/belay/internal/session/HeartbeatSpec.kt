package io.github.belay.internal.session

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.outbound.take
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.ServerDrivenPingPong
import io.github.belay.policy.TextPingPong
import io.github.belay.policy.WsApplicationPingPong
import io.github.belay.policy.WsPing
import io.github.belay.policy.WsPingPongStrategy
import io.github.belay.policy.WsPongOutcome
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

private const val GENERATION = 6L

/** A heartbeat, what it sent, and what it told. */
private class Pulse(
    strategy: WsPingPongStrategy,
) : HeartbeatListener {
    private val outbound = OutboundQueue(maxFrames = 8, maxBytes = 1024)
    private val time = TestTimeSource()
    private val clock = Clock(time)
    private val heartbeat = Heartbeat(PingPlan(strategy), GENERATION, clock, outbound, listener = this)
    private val view = WsFrameView()
    val told = ArrayList<String>()
    val misses: Int get() = heartbeat.misses

    /** Lets [duration] pass. When the next thing is due, null if the link has to end. */
    fun pass(duration: Duration): Duration? {
        time += duration
        return heartbeat.beat(clock.now())
    }

    fun sent(): List<String> =
        outbound
            .take(GENERATION, batchFrames = 100, batchBytes = 1024)
            ?.frames
            .orEmpty()
            .map { "${it.kind} ${it.payload.decodeToString()}" }

    fun receive(text: String): Boolean = receive(WsFrame.text(text))

    fun receive(frame: WsFrame): Boolean = heartbeat.consumes(view.give(frame.kind, frame.payload))

    override fun onPing() {
        told += "ping"
    }

    override fun onRoundTrip(roundTrip: Duration) {
        told += "round trip $roundTrip"
    }

    override fun onMiss() {
        told += "miss"
    }

    override fun onInvalidPong() {
        told += "invalid"
    }

    override fun onStrategyError(
        function: String,
        thrown: Exception,
    ) {
        told += "$function threw ${thrown.message}"
    }
}

/** Pings are `ping:1`, `ping:2`, …, their answers `pong:1`, `pong:2`, … */
private fun keyed(
    interval: Duration = 20.seconds,
    timeout: Duration = 10.seconds,
    failureThreshold: Int = 1,
    maxPending: Int = 10,
) = WsApplicationPingPong(
    interval,
    timeout,
    failureThreshold,
    maxPending,
    { number -> WsPing(WsFrame.text("ping:$number"), number) },
    { frame ->
        frame
            .decodeToString()
            .takeIf { it.startsWith("pong:") }
            ?.substringAfter(':')
            ?.toLong()
    },
)

/** Sends no pings, and does what [answer] says with what comes in. */
private fun asked(answer: (WsFrameView) -> WsPongOutcome): WsPingPongStrategy =
    object : WsPingPongStrategy by NoPingPong {
        override fun readsMessages() = true

        override fun handleInbound(frame: WsFrameView) = answer(frame)
    }

class HeartbeatSpec :
    FunSpec({
        test("a keyed ping is a message, and the answer with its key completes it and goes no further") {
            with(Pulse(keyed())) {
                pass(Duration.ZERO) shouldBe 10.seconds
                sent() shouldContainExactly listOf("TEXT ping:1")
                pass(30.milliseconds)
                receive("pong:1") shouldBe true
                told shouldContainExactly listOf("ping", "round trip 30ms")
                pass(Duration.ZERO) shouldBe 20.seconds
            }
        }

        test("a message without a key is none of the heartbeat's, and one with another key answers nothing") {
            with(Pulse(keyed())) {
                pass(Duration.ZERO)
                receive("ping:1") shouldBe false
                receive("pong:7") shouldBe true
                receive(WsFrame.pong()) shouldBe false
                told shouldContainExactly listOf("ping")
            }
        }

        test("with one keyed ping pending at most, the second waits for the answer to the first") {
            with(Pulse(keyed(interval = 1.seconds, timeout = 10.seconds, maxPending = 1))) {
                pass(Duration.ZERO)
                pass(5.seconds) shouldBe 6.seconds
                sent() shouldContainExactly listOf("TEXT ping:1")
                receive("pong:1")
                pass(Duration.ZERO) shouldBe 6.seconds
                pass(1.seconds)
                sent() shouldContainExactly listOf("TEXT ping:2")
            }
        }

        test("a keyed ping that is too old is purged, and the next one has its room") {
            with(Pulse(keyed(interval = 1.seconds, timeout = 10.seconds, failureThreshold = 2, maxPending = 1))) {
                pass(Duration.ZERO)
                pass(10.seconds) shouldBe 11.seconds
                sent() shouldContainExactly listOf("TEXT ping:1", "TEXT ping:2")
                told shouldContainExactly listOf("ping", "miss", "ping")
                misses shouldBe 1
                receive("pong:1")
                misses shouldBe 1
                receive("pong:2")
                misses shouldBe 0
            }
        }

        test("a keyed ping that is too old ends the link when none may be missed") {
            with(Pulse(keyed())) {
                pass(Duration.ZERO)
                pass(9_999.milliseconds) shouldBe 10.seconds
                pass(1.milliseconds) shouldBe null
            }
        }

        test("a text ping is that text, and only the exact answer counts") {
            with(Pulse(TextPingPong("""{"op":"ping"}""", """{"op":"pong"}""", 5.seconds, 12.seconds))) {
                pass(Duration.ZERO) shouldBe 5.seconds
                sent() shouldContainExactly listOf("""TEXT {"op":"ping"}""")
                receive("""{"op": "pong"}""") shouldBe false
                receive("""{"op":"pong"} """) shouldBe false
                receive("""{"op":"ping"}""") shouldBe false
                receive(WsFrame.binary("""{"op":"pong"}""".encodeToByteArray())) shouldBe false
                pass(2.seconds)
                receive("""{"op":"pong"}""") shouldBe true
                told shouldContainExactly listOf("ping", "round trip 2s")
            }
        }

        test("one that is driven by the server sends nothing and finds nothing missing") {
            with(Pulse(ServerDrivenPingPong)) {
                pass(86_400.seconds) shouldBe Duration.INFINITE
                receive(WsFrame.pong()) shouldBe false
                sent().shouldBeEmpty()
                told.shouldBeEmpty()
            }
        }

        test("a reply is sent, and what asked for it goes no further") {
            with(Pulse(asked { WsPongOutcome.reply(WsFrame.text("here")) })) {
                receive("there?") shouldBe true
                sent() shouldContainExactly listOf("TEXT here")
            }
        }

        test("an invalid pong is told and goes no further") {
            with(Pulse(asked { WsPongOutcome.invalidPong() })) {
                receive("pong:?") shouldBe true
                told shouldContainExactly listOf("invalid")
            }
        }

        test("what a strategy throws about a message makes it none of its own") {
            with(Pulse(asked { error("bug") })) {
                receive("hello") shouldBe false
                told shouldContainExactly listOf("heartbeat.handleInbound threw bug")
            }
        }

        test("a ping that is left out or fails to be made is not waited for") {
            val moody =
                object : WsPingPongStrategy by keyed() {
                    override fun createPing(number: Long): WsPing? = if (number == 1L) error("bug") else null
                }
            with(Pulse(moody)) {
                pass(Duration.ZERO) shouldBe 20.seconds
                pass(20.seconds) shouldBe 40.seconds
                sent().shouldBeEmpty()
                told shouldContainExactly listOf("heartbeat.createPing threw bug")
            }
        }

        test("an answer is stamped where it arrives, and the next beat finds it done") {
            with(Pulse(keyed(timeout = 10.seconds))) {
                pass(Duration.ZERO)
                receive("pong:1")
                pass(15.seconds) shouldBe 20.seconds
            }
        }
    })
