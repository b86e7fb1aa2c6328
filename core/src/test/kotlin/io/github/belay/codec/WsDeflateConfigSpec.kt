package io.github.belay.codec

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class WsDeflateConfigSpec :
    FunSpec({
        context("the offer") {
            test("asks for nothing by default (RFC 7692 section 7.1.3)") {
                WsDeflateConfig().offer() shouldBe "permessage-deflate"
            }

            test("demands that the server forgets each message (RFC 7692 section 7.1.1.1)") {
                WsDeflateConfig(serverNoContextTakeover = true).offer() shouldBe
                    "permessage-deflate; server_no_context_takeover"
            }

            test("tells that the client forgets each message (RFC 7692 section 7.1.1.2)") {
                WsDeflateConfig(clientNoContextTakeover = true).offer() shouldBe
                    "permessage-deflate; client_no_context_takeover"
            }

            test("limits the window of the server (RFC 7692 section 7.1.2.1)") {
                for (bits in 9..15) {
                    WsDeflateConfig(serverMaxWindowBits = bits).offer() shouldBe
                        "permessage-deflate; server_max_window_bits=$bits"
                }
            }

            test("names every parameter once, and never the client's window (RFC 7692 section 7.1.2.2)") {
                val offer = WsDeflateConfig(true, true, 10).offer()
                offer shouldBe
                    "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10"
                offer shouldNotContain "client_max_window_bits"
            }

            test("is in the grammar of RFC 6455 section 9.1") {
                val extension = ExtensionParser(WsDeflateConfig(true, true, 10).offer()).parse()?.single()
                extension?.name shouldBe "permessage-deflate"
                extension?.parameters?.map { it.name to it.value } shouldBe
                    listOf(
                        "server_no_context_takeover" to null,
                        "client_no_context_takeover" to null,
                        "server_max_window_bits" to "10",
                    )
            }
        }

        test("defaults are those of the documentation") {
            val config = WsDeflateConfig()
            config.serverNoContextTakeover shouldBe false
            config.clientNoContextTakeover shouldBe false
            config.serverMaxWindowBits.shouldBeNull()
            config.level shouldBe 6
            config.minBytes shouldBe 1024
        }

        context("a value out of its range is refused by its name and limit") {
            test("a window of 8 bits, which zlib cannot make, and what RFC 7692 section 7.1.2.1 forbids") {
                for (bits in listOf(8, 7, 16, 0, -1, Int.MAX_VALUE)) {
                    shouldThrow<IllegalArgumentException> {
                        WsDeflateConfig(
                            serverMaxWindowBits = bits,
                        )
                    }.message shouldBe
                        "serverMaxWindowBits must be null or in 9..15 but was $bits"
                }
            }

            test("a level that zlib does not know") {
                for (level in listOf(-1, 10)) {
                    shouldThrow<IllegalArgumentException> { WsDeflateConfig(level = level) }.message shouldBe
                        "level must be in 0..9 but was $level"
                }
                (0..9).forEach { WsDeflateConfig(level = it).level shouldBe it }
            }

            test("a negative size") {
                shouldThrow<IllegalArgumentException> { WsDeflateConfig(minBytes = -1) }.message shouldBe
                    "minBytes must be at least 0 but was -1"
                WsDeflateConfig(minBytes = 0).minBytes shouldBe 0
            }
        }

        test("it shows its offer, level and size") {
            val shown = WsDeflateConfig(serverMaxWindowBits = 12, level = 1, minBytes = 64).toString()
            for (part in listOf("server_max_window_bits=12", "level=1", "minBytes=64")) {
                withClue(shown) { shown shouldContain part }
            }
        }
    })
