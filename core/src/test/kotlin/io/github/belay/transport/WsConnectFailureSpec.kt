package io.github.belay.transport

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class WsConnectFailureSpec :
    FunSpec({
        test("a rejection keeps status, headers and the start of the body, and shows only the status") {
            val rejected = WsConnectFailure.Rejected(429, WsHeaders.of("Retry-After", "7"), "canary\r\nforged line")
            rejected.status shouldBe 429
            rejected.headers["retry-after"] shouldBe "7"
            rejected.bodyStart shouldBe "canary\r\nforged line"
            rejected.toString() shouldBe "Rejected(the server answered with status 429 instead of 101)"
            rejected.toString() shouldNotContain "canary"
        }

        test("a time-out names its limit") {
            WsConnectFailure.TimedOut(250).toString() shouldBe "TimedOut(not open within 250 ms)"
        }

        test("a foreign message is escaped and cut, whichever failure it explains") {
            val foreign = "no\r\nforged line"
            val failures =
                listOf(
                    WsConnectFailure.Unreachable(foreign),
                    WsConnectFailure.TlsFailed(foreign),
                    WsConnectFailure.InvalidHandshake(foreign),
                )
            failures.forEach { it.message shouldBe "no\\u000d\\u000aforged line" }
            WsConnectFailure.Unreachable("x".repeat(10_000)).message.length shouldBeLessThan 300
        }

        test("the other failures show their message") {
            WsConnectFailure.Unreachable("connection refused").toString() shouldBe "Unreachable(connection refused)"
            WsConnectFailure.TlsFailed("untrusted").message shouldBe "untrusted"
            WsConnectFailure.InvalidHandshake("no HTTP").message shouldBe "no HTTP"
        }
    })
