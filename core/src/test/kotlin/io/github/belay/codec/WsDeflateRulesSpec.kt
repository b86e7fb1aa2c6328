package io.github.belay.codec

import io.github.belay.codec.WsDeflateAnswer.Agreed
import io.github.belay.codec.WsDeflateAnswer.Broken
import io.github.belay.codec.WsDeflateAnswer.Declined
import io.github.belay.seeded
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.property.Arb
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.orNull
import io.kotest.property.checkAll

private fun answer(
    vararg lines: String,
    offered: WsDeflateConfig = WsDeflateConfig(),
): WsDeflateAnswer {
    val headers = listOf("Upgrade" to "websocket") + lines.map { "Sec-WebSocket-Extensions" to it }
    return WsDeflateRules.verify(headers.map { (name, value) -> java.util.Map.entry(name, value) }, offered)
}

private fun agreed(
    line: String,
    offered: WsDeflateConfig = WsDeflateConfig(),
): WsDeflateParameters = answer(line, offered = offered).shouldBeInstanceOf<Agreed>().parameters

private fun rule(
    line: String,
    offered: WsDeflateConfig = WsDeflateConfig(),
): String = answer(line, offered = offered).shouldBeInstanceOf<Broken>().rule

class WsDeflateRulesSpec :
    FunSpec({
        context("declined") {
            test("a server that names no extension declines (RFC 7692 section 5.1)") {
                answer() shouldBe Declined
                answer("") shouldBe Declined
                answer(" , ", "\t") shouldBe Declined
            }

            test("a server may decline whatever was asked for (RFC 7692 sections 7.1.1.1 and 7.1.2.1)") {
                answer(offered = WsDeflateConfig(true, true, 9)) shouldBe Declined
            }
        }

        context("agreed") {
            test("the bare name agrees to context takeover and the largest window (RFC 7692 section 7.1.3)") {
                val parameters = agreed("permessage-deflate")
                parameters.serverNoContextTakeover shouldBe false
                parameters.clientNoContextTakeover shouldBe false
                parameters.serverMaxWindowBits shouldBe 15
            }

            test("the header's name in any case, an empty line beside it, white space, quotes (RFC 6455 section 9.1)") {
                val headers =
                    mapOf(
                        "SEC-WEBSOCKET-EXTENSIONS" to "",
                        "sec-websocket-extensions" to "permessage-deflate; server_no_context_takeover",
                    )
                WsDeflateRules
                    .verify(headers.entries.toList(), WsDeflateConfig())
                    .shouldBeInstanceOf<Agreed>()
                    .parameters.serverNoContextTakeover shouldBe true
                agreed("  permessage-deflate ;\tserver_max_window_bits = \"1\\2\" ").serverMaxWindowBits shouldBe 12
            }

            test("a server may forget each message, asked or not (RFC 7692 section 7.1.1.1)") {
                for (asked in listOf(true, false)) {
                    val offered = WsDeflateConfig(serverNoContextTakeover = asked)
                    val parameters = agreed("permessage-deflate; server_no_context_takeover", offered)
                    parameters.serverNoContextTakeover shouldBe true
                    parameters.clientNoContextTakeover shouldBe false
                }
            }

            test("a server may make the client forget each message, unasked too (RFC 7692 section 7.1.1.2)") {
                for (asked in listOf(true, false)) {
                    val offered = WsDeflateConfig(clientNoContextTakeover = asked)
                    val parameters = agreed("permessage-deflate; client_no_context_takeover", offered)
                    parameters.clientNoContextTakeover shouldBe true
                    parameters.serverNoContextTakeover shouldBe false
                }
            }

            test("a client that said it forgets each message does so without an answer (RFC 7692 section 7.1.1.2)") {
                agreed("permessage-deflate", WsDeflateConfig(clientNoContextTakeover = true))
                    .clientNoContextTakeover shouldBe true
            }

            test("a server may use the window asked for or a smaller one (RFC 7692 section 7.1.2.1)") {
                for (bits in 8..12) {
                    val offered = WsDeflateConfig(serverMaxWindowBits = 12)
                    agreed("permessage-deflate; server_max_window_bits=$bits", offered).serverMaxWindowBits shouldBe
                        bits
                }
            }

            test("a server may limit its window unasked (RFC 7692 section 7.1.2.1)") {
                for (bits in 8..15) {
                    agreed("permessage-deflate; server_max_window_bits=$bits").serverMaxWindowBits shouldBe bits
                }
            }

            test("level and size are the client's own") {
                val parameters = agreed("permessage-deflate", WsDeflateConfig(level = 9, minBytes = 77))
                parameters.level shouldBe 9
                parameters.minBytes shouldBe 77
            }

            test("whatever was offered, a server that repeats the offer has agreed to it (RFC 7692 section 5.1)") {
                checkAll(
                    seeded(1, 100),
                    Arb.boolean(),
                    Arb.boolean(),
                    Arb.int(9..15).orNull(),
                ) { server, client, bits ->
                    val config = WsDeflateConfig(server, client, bits)
                    val parameters = agreed(config.offer(), config)
                    parameters.serverNoContextTakeover shouldBe server
                    parameters.clientNoContextTakeover shouldBe client
                    parameters.serverMaxWindowBits shouldBe (bits ?: 15)
                }
            }
        }

        context("broken") {
            test("text that is not in the grammar (RFC 6455 section 9.1)") {
                rule("permessage-deflate;") shouldBe
                    "Sec-WebSocket-Extensions must be a list of extensions but the answer has permessage-deflate;"
            }

            test("an extension that was not offered, alone or beside ours (RFC 6455 section 4.1)") {
                val rule = "the only extension that was offered is permessage-deflate but the answer has x-mux"
                rule("x-mux") shouldBe rule
                rule("permessage-deflate, x-mux; a=1") shouldBe rule
                answer("permessage-deflate", "x-mux").shouldBeInstanceOf<Broken>().rule shouldBe rule
                rule("Permessage-Deflate") shouldContain "the only extension that was offered"
            }

            test("permessage-deflate twice, in one line or two (RFC 7692 section 5)") {
                val rule = "permessage-deflate must stand once but the answer has 2 times there"
                rule("permessage-deflate, permessage-deflate; server_max_window_bits=10") shouldBe rule
                answer("permessage-deflate", "permessage-deflate").shouldBeInstanceOf<Broken>().rule shouldBe rule
            }

            test("a parameter that RFC 7692 section 7.1 does not define") {
                rule("permessage-deflate; server_max_window_size=10") shouldBe
                    "permessage-deflate must have only parameters of RFC 7692 but has server_max_window_size"
                rule("permessage-deflate; Server_No_Context_Takeover") shouldContain "must have only parameters"
            }

            test("a parameter twice (RFC 7692 section 7.1)") {
                rule("permessage-deflate; server_no_context_takeover; server_no_context_takeover") shouldBe
                    "server_no_context_takeover must stand once but stands again"
                rule("permessage-deflate; server_max_window_bits=9; server_max_window_bits=10") shouldBe
                    "server_max_window_bits must stand once but stands again"
            }

            test("a value where there is none to give (RFC 7692 sections 7.1.1.1 and 7.1.1.2)") {
                for (side in listOf("server", "client")) {
                    rule("permessage-deflate; ${side}_no_context_takeover=true") shouldBe
                        "${side}_no_context_takeover must have no value but has true"
                }
            }

            test("a window that is no number from 8 to 15 without leading zeros (RFC 7692 section 7.1.2.1)") {
                val values =
                    listOf(
                        "0",
                        "7",
                        "16",
                        "08",
                        "010",
                        "+9",
                        "-9",
                        "9.0",
                        "0x9",
                        "1e1",
                        "ten",
                        "\"09\"",
                        "99999999999999",
                    )
                for (value in values) {
                    withClue(value) {
                        rule("permessage-deflate; server_max_window_bits=$value") shouldBe
                            "server_max_window_bits must be in 8..15 but is ${value.trim('"')}"
                    }
                }
                rule("permessage-deflate; server_max_window_bits") shouldBe
                    "server_max_window_bits must be in 8..15 but is nothing"
            }

            test("a window larger than asked for (RFC 7692 section 7.1.2.1)") {
                for (bits in 11..15) {
                    rule(
                        "permessage-deflate; server_max_window_bits=$bits",
                        WsDeflateConfig(serverMaxWindowBits = 10),
                    ) shouldBe
                        "server_max_window_bits must be at most 10 as offered but is $bits"
                }
            }

            test("no word about the window that was asked for (RFC 7692 section 7.1.2.1)") {
                for (bits in 9..15) {
                    rule("permessage-deflate", WsDeflateConfig(serverMaxWindowBits = bits)) shouldBe
                        "server_max_window_bits must be answered as it was offered but is absent"
                }
            }

            test("no word about server_no_context_takeover that was asked for (RFC 7692 section 7.1.1.1)") {
                rule("permessage-deflate; client_no_context_takeover", WsDeflateConfig(true, true)) shouldBe
                    "server_no_context_takeover must be answered as it was offered but is absent"
            }

            test("a limit on the client's window, which is never offered (RFC 7692 section 7.1.2.2)") {
                val rule = "client_max_window_bits must not be answered as it was not offered"
                for (value in listOf("", "=8", "=15", "=x")) {
                    rule("permessage-deflate; client_max_window_bits$value") shouldBe rule
                    rule("permessage-deflate; client_max_window_bits$value", WsDeflateConfig(true, true, 9)) shouldBe
                        rule
                }
            }
        }

        context("hostile text") {
            test("it is escaped and cut in the message") {
                val hostile = "\u001B[31m\nINFO all is well\u202E" + "x".repeat(100_000)
                for (line in listOf(hostile, "permessage-deflate; " + "y".repeat(100_000), "z".repeat(100_000))) {
                    val rule = rule(line)
                    rule.length shouldBeLessThan 500
                    for (forging in listOf("\n", "\u001B", "\u202E")) rule shouldNotContain forging
                }
                rule("permessage-deflate; server_max_window_bits=" + "9".repeat(100_000)).length shouldBeLessThan 500
            }

            test("any text is agreed to, declined or broken, and never throws") {
                val pieces =
                    Arb.element(
                        "permessage-deflate",
                        "permessage-deflate",
                        "; ",
                        ", ",
                        "=",
                        "\"",
                        "\\",
                        "server_max_window_bits",
                        "server_no_context_takeover",
                        "client_no_context_takeover",
                        "client_max_window_bits",
                        "10",
                        "é",
                        "permessage-deflate; server_max_window_bits=10",
                    )
                var agreed = 0
                var broken = 0
                checkAll(seeded(2, iterations = 5_000), Arb.list(pieces, 0..6)) { parts ->
                    when (
                        val answer =
                            answer(
                                parts.joinToString(""),
                                offered = WsDeflateConfig(serverMaxWindowBits = 11),
                            )
                    ) {
                        is Agreed -> {
                            agreed++
                            answer.parameters.serverMaxWindowBits shouldBe 10
                        }

                        is Broken -> {
                            broken++
                        }

                        Declined -> {
                            parts.all { it == ", " } shouldBe true
                        }
                    }
                }
                agreed shouldBeGreaterThan 50
                broken shouldBeGreaterThan 1_000
            }
        }

        test("answers show what they say") {
            answer("permessage-deflate").toString() shouldStartWith "Agreed(WsDeflateParameters("
            answer("x").toString() shouldStartWith "Broken(the only extension"
        }
    })
