package io.github.belay.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs

class WsConnectRequestSpec :
    FunSpec({
        val url = WsUrl.parse("wss://example.com/feed?token=canary")

        test("all but the address has a default: safe trust, 10 s, nothing extra") {
            val request = WsConnectRequest(url)
            request.connectTimeoutMillis shouldBe 10_000
            request.tls shouldBeSameInstanceAs WsTlsConfig.DEFAULT
            request.headers.entries shouldContainExactly emptyList()
            request.subprotocols shouldContainExactly emptyList()
            request.buffers.maxMessageBytes shouldBe 16 * 1024 * 1024
        }

        test("headers of the user, Origin among them, are taken") {
            val headers =
                WsHeaders
                    .of(
                        "Authorization",
                        "Bearer canary",
                    ).with("Origin", "https://example.com")
                    .with("Cookie", "a=b")
            WsConnectRequest(url, headers).headers shouldBeSameInstanceAs headers
        }

        val owned =
            listOf("Upgrade", "Connection", "Host", "Content-Length", "Transfer-Encoding") +
                listOf("Key", "Version", "Protocol", "Extensions", "Accept", "Anything").map { "Sec-WebSocket-$it" }
        for (name in owned) {
            test("header $name belongs to the handshake and is refused in any case") {
                for (spelling in listOf(name, name.lowercase(), name.uppercase())) {
                    shouldThrow<IllegalArgumentException> {
                        WsConnectRequest(
                            url,
                            WsHeaders.of(spelling, "x"),
                        )
                    }.message shouldBe
                        "header $spelling is set by the handshake and cannot be overridden"
                }
            }
        }

        test("credentials for a proxy are refused in any case and not repeated (RFC 9110 section 11.7.2)") {
            shouldThrow<IllegalArgumentException> {
                WsConnectRequest(url, WsHeaders.of("proxy-authorization", "Basic canary"))
            }.message shouldBe
                "header proxy-authorization must not be set: the server would get it; " +
                "a transport takes its proxy's credentials itself"
        }

        test("an owned header is found behind harmless ones") {
            val headers = WsHeaders.of("X-A", "1").with("X-B", "2").with("upgrade", "h2c")
            shouldThrow<IllegalArgumentException> { WsConnectRequest(url, headers) }
        }

        test("subprotocols keep their order") {
            WsConnectRequest(url, subprotocols = listOf("v2.json", "v1")).subprotocols shouldContainExactly
                listOf("v2.json", "v1")
        }

        test("a subprotocol that is not a token is refused and not repeated (RFC 6455 section 4.1)") {
            for (subprotocol in listOf("", "a b", "a,b", "canary\r\nX-Injected: 1", "canary\u0000", "é", "\"a\"")) {
                shouldThrow<IllegalArgumentException> {
                    WsConnectRequest(url, subprotocols = listOf("ok", subprotocol))
                }.message shouldBe
                    "subprotocol must be a token but was not"
            }
        }

        test("a subprotocol given twice is refused (RFC 6455 section 4.1)") {
            shouldThrow<IllegalArgumentException> {
                WsConnectRequest(
                    url,
                    subprotocols = listOf("a", "b", "a"),
                )
            }.message shouldBe
                "subprotocols must not repeat"
        }

        test("a list that changes later does not change the request") {
            val subprotocols = mutableListOf("a")
            val request = WsConnectRequest(url, subprotocols = subprotocols)
            subprotocols += "b\r\nX-Injected: 1"
            request.subprotocols shouldContainExactly listOf("a")
        }

        test("a time limit below one millisecond is refused by name") {
            WsConnectRequest(url, connectTimeoutMillis = 1).connectTimeoutMillis shouldBe 1
            for (millis in listOf(0L, -1L, Long.MIN_VALUE)) {
                shouldThrow<IllegalArgumentException> {
                    WsConnectRequest(
                        url,
                        connectTimeoutMillis = millis,
                    )
                }.message shouldBe
                    "connectTimeoutMillis must be >= 1 but was $millis"
            }
        }

        test("toString shows no query, no header value and no subprotocol, which may all be credentials") {
            val request = WsConnectRequest(url, WsHeaders.of("Authorization", "canary"), listOf("bearer.canary"))
            request.toString() shouldNotContain "canary"
            request.toString() shouldBe
                "WsConnectRequest(url=wss://example.com:443/***, " +
                "headers=WsHeaders(Authorization: ***), subprotocols=1)"
        }
    })
