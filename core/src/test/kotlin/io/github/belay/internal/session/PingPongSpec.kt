package io.github.belay.internal.session

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

private fun pings(
    interval: Duration,
    timeout: Duration,
    failureThreshold: Int = 1,
    maxPending: Int = 64,
    startedAt: Duration = Duration.ZERO,
) = PingPong(interval, timeout, failureThreshold, maxPending, startedAt)

/** Sends the ping that is due [at] that time, with its number as its key. */
private fun PingPong.ping(at: Duration): Long = due(at).shouldBeInstanceOf<Beat.Ping>().number.also { sent(it, at) }

private infix fun Beat.shouldWaitUntil(time: Duration) {
    this shouldBe Beat.Wait(time)
}

class PingPongSpec :
    FunSpec({
        test("the first ping is due at the start, the next one an interval later") {
            val pingPong = pings(20.seconds, 60.seconds, startedAt = 3.seconds)
            pingPong.due(2.seconds) shouldWaitUntil 3.seconds
            pingPong.ping(3.seconds)
            pingPong.due(3.seconds) shouldWaitUntil 23.seconds
            pingPong.ping(23.seconds)
        }

        test("an interval counts from the ping that was sent, so that late ones do not bunch") {
            val pingPong = pings(20.seconds, 90.seconds)
            pingPong.ping(50.seconds)
            pingPong.due(50.seconds) shouldWaitUntil 70.seconds
        }

        test("pings are numbered from 1, so that none need carry the payload of another") {
            val pingPong = pings(1.milliseconds, 1.seconds)
            (0 until 60).map { pingPong.ping(it.milliseconds) } shouldBe (1L..60L).toList()
        }

        test("the oldest outstanding ping decides, whatever was sent after it") {
            val pingPong = pings(interval = 15.seconds, timeout = 30.seconds)
            pingPong.ping(0.seconds)
            pingPong.ping(15.seconds)
            pingPong.due(15.seconds) shouldWaitUntil 30.seconds
            pingPong.due(29_999.milliseconds) shouldWaitUntil 30.seconds
            pingPong.due(30.seconds) shouldBe Beat.Expired
        }

        test("a timeout shorter than the interval is waited for as well") {
            val pingPong = pings(interval = 20.seconds, timeout = 10.seconds)
            pingPong.ping(0.seconds)
            pingPong.due(0.seconds) shouldWaitUntil 10.seconds
            pingPong.due(10.seconds) shouldBe Beat.Expired
        }

        test("a pong tells the round trip of its own ping") {
            val pingPong = pings(20.seconds, 10.seconds)
            val payload = pingPong.ping(0.seconds)
            pingPong.pong(payload, 42.milliseconds) shouldBe 42.milliseconds
            pingPong.due(42.milliseconds) shouldWaitUntil 20.seconds
        }

        test("an answer to the newest ping answers the earlier ones too") {
            val pingPong = pings(interval = 1.seconds, timeout = 10.seconds)
            val pings = (0..2).map { pingPong.ping(it.seconds) }
            pingPong.pong(pings[2], 2_500.milliseconds) shouldBe 500.milliseconds
            pingPong.due(2_500.milliseconds) shouldWaitUntil 3.seconds
            pingPong.pong(pings[0], 2_600.milliseconds).shouldBeNull()
        }

        test("an answer to an early ping leaves the later ones outstanding") {
            val pingPong = pings(interval = 5.seconds, timeout = 8.seconds)
            val first = pingPong.ping(0.seconds)
            pingPong.ping(5.seconds)
            pingPong.pong(first, 6.seconds) shouldBe 6.seconds
            pingPong.due(6.seconds) shouldWaitUntil 10.seconds
            pingPong.ping(10.seconds)
            pingPong.due(13.seconds) shouldBe Beat.Expired
        }

        test("a pong with another key, or one that comes twice, answers nothing") {
            val pingPong = pings(20.seconds, 10.seconds)
            val key = pingPong.ping(0.seconds)
            pingPong.pong(key + 1, 1.seconds).shouldBeNull()
            pingPong.pong("ping", 1.seconds).shouldBeNull()
            pingPong.due(1.seconds) shouldWaitUntil 10.seconds
            pingPong.pong(key, 2.seconds) shouldBe 2.seconds
            pingPong.pong(key, 3.seconds).shouldBeNull()
        }

        test("with a threshold of three, three misses in a row end it, each ping judged by its own age") {
            val pingPong = pings(interval = 15.seconds, timeout = 30.seconds, failureThreshold = 3)
            pingPong.ping(0.seconds)
            pingPong.ping(15.seconds)
            pingPong.due(30.seconds) shouldBe Beat.Missed
            pingPong.ping(30.seconds)
            pingPong.due(45.seconds) shouldBe Beat.Missed
            pingPong.misses shouldBe 2
            pingPong.ping(45.seconds)
            pingPong.due(45.seconds) shouldWaitUntil 60.seconds
            pingPong.due(60.seconds) shouldBe Beat.Expired
        }

        test("one pong forgets the misses before it") {
            val pingPong = pings(interval = 20.seconds, timeout = 10.seconds, failureThreshold = 3)
            for (round in 0..9) {
                pingPong.ping((60 * round).seconds)
                pingPong.due((60 * round + 10).seconds) shouldBe Beat.Missed
                pingPong.ping((60 * round + 20).seconds)
                pingPong.due((60 * round + 30).seconds) shouldBe Beat.Missed
                pingPong.misses shouldBe 2
                val key = pingPong.ping((60 * round + 40).seconds)
                pingPong.pong(key, (60 * round + 41).seconds) shouldBe 1.seconds
                pingPong.misses shouldBe 0
            }
        }

        test("an answer that comes after its ping was missed answers nothing") {
            val pingPong = pings(interval = 20.seconds, timeout = 10.seconds, failureThreshold = 2)
            val late = pingPong.ping(0.seconds)
            pingPong.due(10.seconds) shouldBe Beat.Missed
            pingPong.pong(late, 11.seconds).shouldBeNull()
            pingPong.misses shouldBe 1
        }

        test("with one pending at most no second is sent until the first is answered or missed") {
            val pingPong = pings(interval = 3.seconds, timeout = 10.seconds, failureThreshold = 2, maxPending = 1)
            val first = pingPong.ping(0.seconds)
            pingPong.due(3.seconds) shouldWaitUntil 6.seconds
            pingPong.due(6.seconds) shouldWaitUntil 9.seconds
            pingPong.pong(first, 7.seconds) shouldBe 7.seconds
            pingPong.due(7.seconds) shouldWaitUntil 9.seconds
            pingPong.ping(9.seconds)
            pingPong.due(18.seconds) shouldWaitUntil 19.seconds
            pingPong.due(19.seconds) shouldBe Beat.Missed
            pingPong.due(19.seconds) shouldWaitUntil 21.seconds
            pingPong.ping(21.seconds)
        }

        test("of two pings with the same key an answer is the older one's") {
            val pingPong = pings(interval = 1.seconds, timeout = 10.seconds)
            for (second in 0..1) {
                pingPong.due(second.seconds).shouldBeInstanceOf<Beat.Ping>()
                pingPong.sent("PONG", second.seconds)
            }
            pingPong.pong("PONG", 3.seconds) shouldBe 3.seconds
            pingPong.pong("PONG", 3.seconds) shouldBe 2.seconds
        }

        test("after a pause of reading every outstanding ping gets its full time again") {
            val pingPong = pings(interval = 5.seconds, timeout = 8.seconds)
            val first = pingPong.ping(0.seconds)
            pingPong.resume(7.seconds)
            pingPong.ping(7.seconds)
            pingPong.ping(14.seconds)
            pingPong.pong(first, 14_500.milliseconds) shouldBe 7_500.milliseconds
            pingPong.due(15.seconds) shouldBe Beat.Expired
        }

        test("more than 64 unanswered pings are not sent") {
            val pingPong = pings(interval = 1.milliseconds, timeout = 10.seconds)
            repeat(64) { pingPong.ping(it.milliseconds) }
            pingPong.due(64.milliseconds) shouldWaitUntil 65.milliseconds
        }

        test("whatever the peer answers, it expires exactly a timeout after the oldest ping without an answer") {
            val interval = 10.milliseconds
            val timeout = 35.milliseconds
            checkAll(seeded(99), Arb.list(Arb.int(0, 6), 1..40)) { answers ->
                val pingPong = pings(interval, timeout)
                val open = LinkedHashMap<Long, Duration>()
                var now = Duration.ZERO
                for (answer in answers) {
                    now += 5.milliseconds
                    val deadline = open.values.firstOrNull()?.plus(timeout)
                    val beat = pingPong.due(now)
                    (beat == Beat.Expired) shouldBe (deadline != null && now >= deadline)
                    if (beat == Beat.Expired) break
                    if (beat is Beat.Ping) {
                        pingPong.sent(beat.number, now)
                        open[beat.number] = now
                    }
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
