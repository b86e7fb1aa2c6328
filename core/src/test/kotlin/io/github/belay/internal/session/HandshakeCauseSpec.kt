package io.github.belay.internal.session

import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private fun after(
    value: String,
    date: String? = null,
): Duration? {
    val headers = WsHeaders.of("Retry-After", value)
    return retryAfter(if (date == null) headers else headers.with("Date", date))
}

class HandshakeCauseSpec :
    FunSpec({
        test("seconds are seconds") {
            after("7") shouldBe 7.seconds
            after(" 120 ") shouldBe 2.minutes
            after("0") shouldBe Duration.ZERO
        }

        test("a date counts from the answer's own date") {
            after("Wed, 21 Oct 2026 07:28:30 GMT", date = "Wed, 21 Oct 2026 07:28:00 GMT") shouldBe 30.seconds
        }

        test("a date that has passed is now") {
            after("Wed, 21 Oct 2026 07:28:00 GMT", date = "Wed, 21 Oct 2026 07:28:30 GMT") shouldBe Duration.ZERO
            after("-5") shouldBe Duration.ZERO
        }

        test("no server sends anybody away for more than five minutes") {
            after("301") shouldBe 5.minutes
            after("${Long.MAX_VALUE}") shouldBe 5.minutes
            after("Thu, 22 Oct 2026 07:28:00 GMT", date = "Wed, 21 Oct 2026 07:28:00 GMT") shouldBe 5.minutes
        }

        test("what is not understood counts as absent") {
            retryAfter(WsHeaders.EMPTY).shouldBeNull()
            after("").shouldBeNull()
            after("soon").shouldBeNull()
            after("1.5").shouldBeNull()
            after("9".repeat(40)).shouldBeNull()
            after("Wed, 21 Oct 2026 07:28:30 GMT").shouldBeNull()
            after("Wed, 21 Oct 2026 07:28:30 GMT", date = "yesterday").shouldBeNull()
            after("Wed, 99 Oct 2026 07:28:30 GMT", date = "Wed, 21 Oct 2026 07:28:00 GMT").shouldBeNull()
        }

        test("a refusal keeps its status and what the server asked for") {
            val headers = WsHeaders.of("retry-after", "3").with("X-Leak", "secret")
            val refusal = WsConnectFailure.Rejected(429, headers, "slow down, secret")
            val cause = refusal.toCause().shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>()
            cause.failure shouldBe WsHandshakeFailure.REJECTED
            cause.status shouldBe 429
            cause.retryAfter shouldBe 3.seconds
            cause.text shouldBe refusal.message
            cause.headers shouldBe headers.entries
            cause.header("x-leak") shouldBe "secret"
            cause.header("x-other").shouldBeNull()
            cause.bodyStart shouldBe "slow down, secret"
            cause.toString() shouldNotContain "secret"
        }

        test("every other failure has its kind, no status and nothing asked for") {
            val kinds =
                mapOf(
                    WsConnectFailure.Unreachable("no route") to WsHandshakeFailure.UNREACHABLE,
                    WsConnectFailure.TlsFailed("untrusted") to WsHandshakeFailure.TLS,
                    WsConnectFailure.InvalidHandshake("no upgrade") to WsHandshakeFailure.INVALID,
                    WsConnectFailure.TimedOut(7) to WsHandshakeFailure.TIMED_OUT,
                )
            for ((failure, kind) in kinds) {
                val cause = failure.toCause().shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>()
                cause.failure shouldBe kind
                cause.status.shouldBeNull()
                cause.retryAfter.shouldBeNull()
                cause.headers.shouldBeEmpty()
                cause.bodyStart shouldBe ""
                cause.text shouldBe failure.message
            }
        }
    })
