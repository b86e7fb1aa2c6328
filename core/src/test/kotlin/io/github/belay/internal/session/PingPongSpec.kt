package io.github.belay.internal.session

import io.github.belay.frame.WsBytes
import io.github.belay.seeded
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private fun PingPong.ping(at: Duration): WsBytes = due(at).shouldBeInstanceOf<Beat.Ping>().payload

private infix fun Beat.shouldWaitUntil(time: Duration) {
    this shouldBe Beat.Wait(time)
}

class PingPongSpec :
    FunSpec({
        test("the first ping is due at the start, the next one an interval later") {
            val pingPong = PingPong(20.seconds, 60.seconds, startedAt = 3.seconds)
            pingPong.due(2.seconds) shouldWaitUntil 3.seconds
            pingPong.ping(3.seconds)
            pingPong.due(3.seconds) shouldWaitUntil 23.seconds
            pingPong.ping(23.seconds)
        }

        test("an interval counts from the ping that was sent, so that late ones do not bunch") {
            val pingPong = PingPong(20.seconds, 90.seconds, startedAt = 0.seconds)
            pingPong.ping(50.seconds)
            pingPong.due(50.seconds) shouldWaitUntil 70.seconds
        }

        test("no two pings carry the same payload") {
            val pingPong = PingPong(1.milliseconds, 1.seconds, startedAt = 0.seconds)
            val payloads = (0 until 60).map { pingPong.ping(it.milliseconds) }
            payloads.toSet().size shouldBe 60
            payloads.all { it.size == Long.SIZE_BYTES } shouldBe true
        }

        test("the oldest outstanding ping decides, whatever was sent after it") {
            val pingPong = PingPong(interval = 15.seconds, timeout = 30.seconds, startedAt = 0.seconds)
            pingPong.ping(0.seconds)
            pingPong.ping(15.seconds)
            pingPong.due(15.seconds) shouldWaitUntil 30.seconds
            pingPong.due(29_999.milliseconds) shouldWaitUntil 30.seconds
            pingPong.due(30.seconds) shouldBe Beat.Expired
        }

        test("a timeout shorter than the interval is waited for as well") {
            val pingPong = PingPong(interval = 20.seconds, timeout = 10.seconds, startedAt = 0.seconds)
            pingPong.ping(0.seconds)
            pingPong.due(0.seconds) shouldWaitUntil 10.seconds
            pingPong.due(10.seconds) shouldBe Beat.Expired
        }

        test("a pong tells the round trip of its own ping") {
            val pingPong = PingPong(20.seconds, 10.seconds, startedAt = 0.seconds)
            val payload = pingPong.ping(0.seconds)
            pingPong.pong(payload, 42.milliseconds) shouldBe 42.milliseconds
            pingPong.due(42.milliseconds) shouldWaitUntil 20.seconds
        }

        test("an answer to the newest ping answers the earlier ones too") {
            val pingPong = PingPong(interval = 1.seconds, timeout = 10.seconds, startedAt = 0.seconds)
            val pings = (0..2).map { pingPong.ping(it.seconds) }
            pingPong.pong(pings[2], 2_500.milliseconds) shouldBe 500.milliseconds
            pingPong.due(2_500.milliseconds) shouldWaitUntil 3.seconds
            pingPong.pong(pings[0], 2_600.milliseconds).shouldBeNull()
        }

        test("an answer to an early ping leaves the later ones outstanding") {
            val pingPong = PingPong(interval = 5.seconds, timeout = 8.seconds, startedAt = 0.seconds)
            val first = pingPong.ping(0.seconds)
            pingPong.ping(5.seconds)
            pingPong.pong(first, 6.seconds) shouldBe 6.seconds
            pingPong.due(6.seconds) shouldWaitUntil 10.seconds
            pingPong.ping(10.seconds)
            pingPong.due(13.seconds) shouldBe Beat.Expired
        }

        test("a pong with another payload, or one that comes twice, answers nothing") {
            val pingPong = PingPong(20.seconds, 10.seconds, startedAt = 0.seconds)
            val payload = pingPong.ping(0.seconds)
            pingPong.pong(WsBytes.EMPTY, 1.seconds).shouldBeNull()
            pingPong.pong(WsBytes.copyOf(ByteArray(8)), 1.seconds).shouldBeNull()
            pingPong.due(1.seconds) shouldWaitUntil 10.seconds
            pingPong.pong(payload, 2.seconds) shouldBe 2.seconds
            pingPong.pong(payload, 3.seconds).shouldBeNull()
        }

        test("after a pause of reading every outstanding ping gets its full time again") {
            val pingPong = PingPong(interval = 5.seconds, timeout = 8.seconds, startedAt = 0.seconds)
            val first = pingPong.ping(0.seconds)
            pingPong.resume(7.seconds)
            pingPong.ping(7.seconds)
            pingPong.due(14.seconds).shouldBeInstanceOf<Beat.Ping>()
            pingPong.pong(first, 14_500.milliseconds) shouldBe 7_500.milliseconds
            pingPong.due(15.seconds) shouldBe Beat.Expired
        }

        test("more than 64 unanswered pings are not sent") {
            val pingPong = PingPong(interval = 1.milliseconds, timeout = 10.seconds, startedAt = 0.seconds)
            repeat(64) { pingPong.ping(it.milliseconds) }
            pingPong.due(64.milliseconds) shouldWaitUntil 10.seconds
        }

        test("whatever the peer answers, it expires exactly a timeout after the oldest ping without an answer") {
            val interval = 10.milliseconds
            val timeout = 35.milliseconds
            checkAll(seeded(99), Arb.list(Arb.int(0, 6), 1..40)) { answers ->
                val pingPong = PingPong(interval, timeout, startedAt = Duration.ZERO)
                val open = LinkedHashMap<WsBytes, Duration>()
                var now = Duration.ZERO
                for (answer in answers) {
                    now += 5.milliseconds
                    val deadline = open.values.firstOrNull()?.plus(timeout)
                    val beat = pingPong.due(now)
                    (beat == Beat.Expired) shouldBe (deadline != null && now >= deadline)
                    if (beat == Beat.Expired) break
                    if (beat is Beat.Ping) open[beat.payload] = now
                    val answered = open.keys.toList().getOrNull(answer) ?: continue
                    pingPong.pong(answered, now) shouldBe now - open.getValue(answered)
                    open.keys
                        .toList()
                        .take(answer + 1)
                        .forEach(open::remove)
                }
            }
        }
    })
