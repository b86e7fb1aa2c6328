package io.github.belay.internal.actor

import io.github.belay.RecordingLogger
import io.github.belay.endpoint.RawFrames
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsTimestampSink
import io.github.belay.frame.WsFrame
import io.github.belay.internal.session.Clock
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

/** Samples messages that say when they are of, and what it reports; it is 1970-01-01 00:00:10 at first. */
private class Sampled(
    start: Instant = Instant.ofEpochSecond(10),
) : WsEndpointHandler<WsFrame> by RawFrames() {
    private val time = TestTimeSource()
    private val clock = Clock(time)
    private var wall = start
    private var throws = false
    val reports = ArrayList<String>()
    val errors = ArrayList<String>()
    private val guard = Guard("ws", RecordingLogger()) { what, _ -> errors += what }
    private val lag =
        PayloadLag(5.seconds, this, clock, { wall }, guard) { kind, micros -> reports += "$kind $micros" }

    override fun samplePayloadTimestamps(
        frame: WsFrame,
        sink: WsTimestampSink,
    ) {
        check(!throws)
        frame.payload.decodeToString().split(' ').forEach { word ->
            sink.timestamp(word.substringBefore('@'), word.substringAfter('@').toLong())
        }
    }

    fun pass(duration: Duration) {
        time += duration
        wall = wall.plusNanos(duration.inWholeNanoseconds)
    }

    fun sample(
        text: String,
        arrivedAgo: Duration = Duration.ZERO,
    ) = lag.sample(WsFrame.text(text), clock.now() - arrivedAgo)

    fun sampleBadly() {
        throws = true
        sample("")
    }
}

class PayloadLagSpec :
    FunSpec({
        test("the first message is looked into, and then one for each interval at most") {
            with(Sampled()) {
                sample("trade@9999000")
                sample("trade@9999000")
                pass(4_999.milliseconds)
                sample("trade@14998000")
                pass(1.milliseconds)
                sample("trade@14998000")
                sample("trade@14998000")
                reports shouldContainExactly listOf("trade 1000", "trade 2000")
            }
        }

        test("every time in a message is told by its kind, but for those that are yet to come") {
            with(Sampled()) {
                sample("event@9000000 trade@10000001 match@10000000")
                reports shouldContainExactly listOf("event 1000000", "match 0")
            }
        }

        test("the lag ends when the message arrived, however late the owner comes to it") {
            with(Sampled()) {
                pass(1.seconds)
                sample("trade@10400000", arrivedAgo = 500.milliseconds)
                reports shouldContainExactly listOf("trade 100000")
            }
        }

        test("a clock from before 1970 is not believed") {
            with(Sampled(Instant.ofEpochSecond(-1))) {
                sample("trade@-5000000")
                reports.shouldBeEmpty()
            }
        }

        test("an endpoint that throws is counted, and asked again when the next is due") {
            with(Sampled()) {
                sampleBadly()
                sampleBadly()
                pass(5.seconds)
                sampleBadly()
                errors shouldContainExactly List(2) { "samplePayloadTimestamps" }
            }
        }
    })
