package io.github.belay.codec

import io.github.belay.seeded
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll

/** The extensions of [line] in a plain form, null for a line that is not in the grammar. */
private fun parsed(line: String): String? =
    ExtensionParser(line).parse()?.joinToString { extension ->
        (
            listOf(extension.name) +
                extension.parameters.map { if (it.value == null) it.name else "${it.name}=${it.value}" }
        ).joinToString(";")
    }

class ExtensionParserSpec :
    FunSpec({
        test("the examples of RFC 6455 section 9.1") {
            parsed("foo") shouldBe "foo"
            parsed("bar; baz=2") shouldBe "bar;baz=2"
            parsed("deflate-stream") shouldBe "deflate-stream"
            parsed("mux; max-channels=4; flow-control, deflate-stream") shouldBe
                "mux;max-channels=4;flow-control, deflate-stream"
            parsed("private-extension") shouldBe "private-extension"
        }

        test("white space may stand around every part (RFC 9110 section 5.6.3)") {
            parsed(" \tfoo ;\ta = \"1\"\t; b , bar ") shouldBe "foo;a=1;b, bar"
        }

        test("empty elements do not count (RFC 9110 section 5.6.1)") {
            parsed("") shouldBe ""
            parsed(" ") shouldBe ""
            parsed(" , ,, ") shouldBe ""
            parsed(",foo,, bar,") shouldBe "foo, bar"
        }

        test("every character of a token (RFC 9110 section 5.6.2)") {
            val token = "azAZ09!#$%&'*+-.^_`|~"
            parsed("$token;$token=$token") shouldBe "$token;$token=$token"
        }

        test("a quoted value is what it is without quotes and backslashes (RFC 6455 section 9.1)") {
            parsed("foo; a=\"10\"") shouldBe "foo;a=10"
            parsed("foo; a=\"1\\0\"; b") shouldBe "foo;a=10;b"
        }

        test("a quoted value that is no token is not in the grammar (RFC 6455 section 9.1)") {
            val values = listOf("\"\"", "\"a b\"", "\"a,b\"", "\"a;b\"", "\"a\\\\\"", "\"\\\"\"", "\"é\"", "\"\u0000\"")
            for (value in values) withClue(value) { parsed("foo; a=$value").shouldBeNull() }
        }

        test("what is not in the grammar is told") {
            val lines =
                listOf(
                    "foo bar",
                    "foo;",
                    "foo;;a",
                    ";a",
                    "=",
                    "foo=1",
                    "foo; =1",
                    "foo; a=",
                    "foo; a==1",
                    "foo; a=1 2",
                    "foo; a=\"1",
                    "foo; a=\"1\\",
                    "foo; a=\"1\"2",
                    "foo; a=\"",
                    "foo; a=1\"",
                    "foo/1",
                    "(foo)",
                    "foo\n",
                    "foo; é",
                    "f\u00A0oo",
                    "foo; a=b=c",
                    "\"foo\"",
                    "foo,bar baz",
                )
            for (line in lines) withClue(line) { parsed(line).shouldBeNull() }
        }

        test("any text is taken apart or refused, without any other failure") {
            val pieces = Arb.element("a", "b1", ";", ",", "=", "\"", "\\", " ", "\t", "é", "\u0000", "\r\n", "😀")
            var understood = 0
            checkAll(seeded(1, iterations = 5_000), Arb.list(pieces, 0..12)) { parts ->
                val extensions = ExtensionParser(parts.joinToString("")).parse() ?: return@checkAll
                understood++
                // What was understood is told the same way by the plain form of it.
                val plain = parsed(parts.joinToString("")).shouldNotBeNull()
                parsed(plain) shouldBe plain
                extensions.forEach { it.name.isNotEmpty() shouldBe true }
            }
            withClue("understood $understood") { (understood in 100..4_900) shouldBe true }
        }

        test("a long line takes time in proportion to its length") {
            parsed("a;b=\"c\",".repeat(100_000)).shouldNotBeNull().length shouldBe 100_000 * "a;b=c, ".length - 2
        }
    })
