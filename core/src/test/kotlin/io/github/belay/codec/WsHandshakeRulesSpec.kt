package io.github.belay.codec

import io.github.belay.frame.WsDeflateConfig
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import java.util.Base64
import java.util.Random

/** Key and accept value of the example in RFC 6455 section 1.3. */
private const val KEY = "dGhlIHNhbXBsZSBub25jZQ=="
private const val ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

private val agreed =
    listOf("Upgrade" to "websocket", "Connection" to "Upgrade", "Sec-WebSocket-Accept" to ACCEPT)

private fun verify(
    headers: List<Pair<String, String>>,
    offered: List<String> = emptyList(),
    status: Int = 101,
    httpVersion: String? = "HTTP/1.1",
    offeredDeflate: WsDeflateConfig? = null,
): String? {
    val lines = headers.map { (name, value) -> java.util.Map.entry(name, value) }
    return WsHandshakeRules.verify(status, lines, KEY, offered, httpVersion, offeredDeflate)
}

private fun with(
    name: String,
    vararg values: String,
): List<Pair<String, String>> = agreed.filter { it.first != name } + values.map { name to it }

class WsHandshakeRulesSpec :
    FunSpec({
        context("key") {
            test("a key is 16 random bytes in Base64 (RFC 6455 section 4.1)") {
                val keys = List(200) { WsHandshakeRules.newKey() }
                keys.forEach { Base64.getDecoder().decode(it).size shouldBe 16 }
                keys.toSet() shouldHaveSize 200
                keys.flatMap { Base64.getDecoder().decode(it).toList() }.toSet() shouldHaveSize 256
            }

            test("the source of randomness can be given") {
                WsHandshakeRules.newKey(Random(1)) shouldBe WsHandshakeRules.newKey(Random(1))
                WsHandshakeRules.newKey(Random(1)) shouldNotBe WsHandshakeRules.newKey(Random(2))
            }

            test("the accept value is that of the example (RFC 6455 section 4.2.2)") {
                WsHandshakeRules.acceptOf(KEY) shouldBe ACCEPT
            }
        }

        context("answers that are accepted") {
            test("the plain answer, also from a library that shows no version") {
                verify(agreed).shouldBeNull()
                verify(agreed, httpVersion = null).shouldBeNull()
            }

            test("names and the tokens of Upgrade and Connection in any case, Connection with other options") {
                val shouted = agreed.map { (name, value) -> name.uppercase() to value }
                verify(shouted).shouldBeNull()
                verify(with("Upgrade", "WebSocket")).shouldBeNull()
                verify(with("Connection", "keep-alive, UPGRADE")).shouldBeNull()
                verify(with("Connection", "keep-alive", "upgrade")).shouldBeNull()
            }

            test("an accept value with white space around it") {
                verify(with("Sec-WebSocket-Accept", " \t$ACCEPT ")).shouldBeNull()
            }

            test("one of the offered subprotocols, or none of them") {
                verify(agreed, offered = listOf("v1", "v2")).shouldBeNull()
                verify(with("Sec-WebSocket-Protocol", "v2"), offered = listOf("v1", "v2")).shouldBeNull()
            }

            test("an empty line of extensions") {
                verify(with("Sec-WebSocket-Extensions", "")).shouldBeNull()
            }

            test("compression that was offered, agreed to or declined (RFC 7692 section 5.1)") {
                val compressed = with("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=10")
                verify(compressed, offeredDeflate = WsDeflateConfig(serverMaxWindowBits = 12)).shouldBeNull()
                verify(agreed, offeredDeflate = WsDeflateConfig()).shouldBeNull()
            }
        }

        context("answers that are refused, with the rule in the message") {
            val refused =
                mapOf(
                    "Upgrade must be websocket but was absent" to with("Upgrade"),
                    "Upgrade must be websocket but was h2c" to with("Upgrade", "h2c"),
                    "Upgrade must be websocket but was websocket, h2c" to with("Upgrade", "websocket, h2c"),
                    "Upgrade must be websocket but was websocket/13" to with("Upgrade", "websocket/13"),
                    "Connection must have the token upgrade but was absent" to with("Connection"),
                    "Connection must have the token upgrade but was close" to with("Connection", "close"),
                    "Connection must have the token upgrade but was not-upgrade" to with("Connection", "not-upgrade"),
                    "Sec-WebSocket-Accept must stand once but stands 0 times" to with("Sec-WebSocket-Accept"),
                    "Sec-WebSocket-Accept must stand once but stands 2 times" to
                        with("Sec-WebSocket-Accept", ACCEPT, ACCEPT),
                    "Sec-WebSocket-Accept must be made of the key but is not" to
                        with("Sec-WebSocket-Accept", ACCEPT.lowercase()),
                    "no extension was offered but the answer has permessage-deflate" to
                        with("Sec-WebSocket-Extensions", "permessage-deflate"),
                    "Sec-WebSocket-Protocol must be one of the 0 offered but is not" to
                        with("Sec-WebSocket-Protocol", "v1"),
                )
            for ((message, headers) in refused) {
                test(message) { verify(headers) shouldBe message }
            }

            test("compression that breaks a rule, with that rule in the message (RFC 7692 section 7.1)") {
                val broken = with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits=10")
                verify(broken, offeredDeflate = WsDeflateConfig()) shouldBe
                    "client_max_window_bits must not be answered as it was not offered"
            }

            test("more header lines than anybody sends") {
                val lines = agreed + List(254) { "X-$it" to "v" }
                verify(lines.dropLast(1)) shouldBe null
                verify(lines) shouldBe "header lines must be at most 256 but are 257"
            }

            test("any status but 101 (RFC 6455 section 4.1)") {
                for (status in listOf(100, 103, 200, 302, 401, 503)) {
                    verify(agreed, status = status) shouldBe "status must be 101 but was $status"
                }
            }

            test("any HTTP version but 1.1 (RFC 9110 section 7.8)") {
                verify(agreed, httpVersion = "HTTP/1.0") shouldBe "HTTP version must be HTTP/1.1 but was HTTP/1.0"
            }

            test("a subprotocol that differs from the offered one in case only (RFC 6455 section 4.1)") {
                verify(with("Sec-WebSocket-Protocol", "V1"), offered = listOf("v1")).shouldNotBeNull()
            }

            test("several subprotocols, in one line or two, though all were offered (RFC 6455 section 11.3.4)") {
                val offered = listOf("v1", "v2")
                verify(with("Sec-WebSocket-Protocol", "v1, v2"), offered).shouldNotBeNull()
                verify(with("Sec-WebSocket-Protocol", "v1", "v1"), offered) shouldBe
                    "Sec-WebSocket-Protocol must stand at most once but stands 2 times"
            }
        }

        context("messages are fit for a log") {
            test("the server's text is escaped and cut") {
                val message = verify(with("Upgrade", "h2c\u001B[31m\nINFO all is well" + "x".repeat(10_000))).orEmpty()
                message shouldNotContain "\n"
                message shouldNotContain "\u001B"
                message.length shouldBeLessThan 400
            }

            test("subprotocols and keys, which may be or prove credentials, stay out") {
                val messages =
                    listOf(
                        verify(with("Sec-WebSocket-Protocol", "canary2"), offered = listOf("canary")),
                        verify(with("Sec-WebSocket-Protocol", "canary", "canary"), offered = listOf("canary")),
                        verify(with("Sec-WebSocket-Accept", "canary")),
                    )
                messages.forEach { withClue(it) { it.shouldNotBeNull() shouldNotContain "canary" } }
            }
        }
    })
