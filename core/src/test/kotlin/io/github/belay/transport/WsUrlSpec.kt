package io.github.belay.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain

class WsUrlSpec :
    FunSpec({
        test("scheme, host, port and target are read, with the default port of the scheme (RFC 6455 section 3)") {
            with(WsUrl.parse("ws://example.com")) {
                listOf(scheme, isSecure, host, port, target) shouldBe listOf("ws", false, "example.com", 80, "/")
            }
            with(WsUrl.parse("wss://example.com/feed?a=b")) {
                listOf(scheme, isSecure, host, port, target) shouldBe
                    listOf("wss", true, "example.com", 443, "/feed?a=b")
            }
            WsUrl.parse("wss://example.com:80").port shouldBe 80
            WsUrl.parse("ws://example.com:65535").port shouldBe 65_535
        }

        test("the scheme is read in any case") {
            WsUrl.parse("WSS://example.com").isSecure shouldBe true
            WsUrl.parse("Ws://example.com").isSecure shouldBe false
        }

        test("an IPv6 literal loses its brackets as host and keeps them in the address") {
            val url = WsUrl.parse("ws://[2001:db8::1]:9000/feed")
            url.host shouldBe "2001:db8::1"
            url.port shouldBe 9000
            url.reveal() shouldBe "ws://[2001:db8::1]:9000/feed"
            url.toString() shouldBe "ws://[2001:db8::1]:9000/***"
        }

        test("an empty path is a slash, an empty query stays a question mark") {
            WsUrl.parse("ws://h").target shouldBe "/"
            WsUrl.parse("ws://h?q=1").target shouldBe "/?q=1"
            WsUrl.parse("ws://h/?").target shouldBe "/?"
        }

        test("percent-encoded characters go on the request line as they were given") {
            WsUrl.parse("ws://h/a%2Fb%0D%0A?q=%20&r=%C3%A4").target shouldBe "/a%2Fb%0D%0A?q=%20&r=%C3%A4"
        }

        test("what is revealed reads back as the same address") {
            for (text in listOf("ws://h", "wss://h:1/x?y=z", "ws://[::1]/", "wss://10.0.0.1:8443/a//b/../c?d=?e")) {
                val url = WsUrl.parse(text)
                WsUrl.parse(url.reveal()) shouldBe url
                WsUrl.parse(url.reveal()).hashCode() shouldBe url.hashCode()
            }
        }

        test("addresses are equal when all that is sent is, defaults written out or not") {
            WsUrl.parse("ws://h") shouldBe WsUrl.parse("ws://h:80/")
            WsUrl.parse("ws://h") shouldNotBe WsUrl.parse("wss://h:80")
            WsUrl.parse("ws://h/?a=1") shouldNotBe WsUrl.parse("ws://h/?a=2")
            WsUrl.parse("ws://h").equals("ws://h:80/") shouldBe false
        }

        test("toString masks path and query, for a token may stand in either") {
            WsUrl.parse("wss://h/feed?token=canary").toString() shouldBe "wss://h:443/***"
            WsUrl.parse("wss://h/canary").toString() shouldBe "wss://h:443/***"
            WsUrl.parse("wss://h?canary").toString() shouldBe "wss://h:443/***"
            WsUrl.parse("wss://h").toString() shouldBe "wss://h:443/"
        }

        val illegal =
            mapOf(
                "http://h/canary" to "url scheme must be ws or wss",
                "canary://h/" to "url scheme must be ws or wss",
                "h.example/canary" to "url scheme must be ws or wss",
                "" to "url scheme must be ws or wss",
                "ws:canary" to "url must name a valid host and port",
                "ws:///canary" to "url must name a valid host and port",
                "ws:/canary" to "url must name a valid host and port",
                "ws://?canary" to "url must name a valid host and port",
                "ws://canary_host/" to "url must name a valid host and port",
                "ws://user:canary@h/" to "url must not carry user-info; put credentials into a header",
                "ws://canary@h/" to "url must not carry user-info; put credentials into a header",
                "ws://h/#canary" to "url must not carry a fragment",
                "ws://h/?q#" to "url must not carry a fragment",
                "ws://h:0/canary" to "url port must be in 1..65535 but was 0",
                "ws://h:65536/canary" to "url port must be in 1..65535 but was 65536",
                "ws://h:99999999999/canary" to "url must name a valid host and port",
                "ws://h:canary/" to "url must name a valid host and port",
                "ws://h/can ary" to "url must be well formed but is not: Illegal character in path",
                "ws://h/?canary=%zz" to "url must be well formed but is not: Malformed escape pair",
                "ws://h/\r\nX-Canary: 1" to "url must be well formed but is not: Illegal character in path",
                "ws://h/\u0000canary" to "url must be well formed but is not: Illegal character in path",
                "ws://h/canary\u010D\u010A" to "url must be ASCII; percent-encode what is not",
                "ws://[::1/canary" to "url must be well formed but is not: Expected closing bracket for IPv6 address",
            )
        for ((text, rule) in illegal) {
            test("${text.replace(Regex("[^ -~]"), "\\\\")} is refused: $rule") {
                val refusal = shouldThrow<IllegalArgumentException> { WsUrl.parse(text) }
                refusal.message shouldBe rule
                withClue("no part of a refused address may reach a log") {
                    refusal.stackTraceToString().lowercase() shouldNotContain "canary"
                }
            }
        }
    })
