package io.github.belay.frame

import io.github.belay.seeded
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.char
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll

class SafeTextSpec :
    FunSpec({
        test("plain text of any script stays as it is") {
            "Grüße, 世界! \"quoted\" \\n".forLog() shouldBe "Grüße, 世界! \"quoted\" \\n"
        }

        test("what could begin a new line is escaped") {
            "a\r\nb\u0085c\u2028d\u2029e\u000Bf".forLog() shouldBe "a\\u000d\\u000ab\\u0085c\\u2028d\\u2029e\\u000bf"
        }

        test("what could colour, hide or reorder a line is escaped") {
            "\u001B[31m\u0000\u0007\u007F".forLog() shouldBe "\\u001b[31m\\u0000\\u0007\\u007f"
            "\u202Egnp\u200B\uFEFF".forLog() shouldBe "\\u202egnp\\u200b\\ufeff"
        }

        test("a surrogate is escaped, so that a cut cannot leave half of a pair") {
            "😀\uD83D".forLog() shouldBe "\\ud83d\\ude00\\ud83d"
        }

        test("no text leaves a control character, a separator or a surrogate behind, and none grows without bound") {
            checkAll(seeded(1), Arb.list(Arb.char('\u0000'..'\uFFFF'), 0..400)) { chars ->
                val safe = chars.joinToString("").forLog()
                safe.count { it.isISOControl() || it.isSurrogate() || it == '\u2028' || it == '\u2029' } shouldBe 0
                safe.length shouldBeLessThan MAX_LOGGED_CHARS * 6 + 20
            }
        }

        test("of an address in a message only scheme, host and port are left") {
            val text = "no way to wss://user:pw@h:1/t0ken?key=x#y nor to https://h2?key=x or ws://[::1]:2"
            text.withoutSecrets() shouldBe "no way to wss://***@h:1/*** nor to https://h2/*** or ws://[::1]:2"
        }

        test("text up to the limit is whole, longer text is cut and says how long it was") {
            "x".repeat(256).forLog() shouldBe "x".repeat(256)
            "x".repeat(257).forLog() shouldBe "x".repeat(256) + "… (257 chars)"
            "".forLog() shouldBe ""
        }
    })
