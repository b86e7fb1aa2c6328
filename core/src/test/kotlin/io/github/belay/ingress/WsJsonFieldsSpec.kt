package io.github.belay.ingress

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.nio.ByteBuffer

private const val TRADE =
    """{"e":"trade","E":1723000000123,"s":"BTCUSDT","p":"27123.50","q":"0.004","m":true,"note":null}"""

/** A view of [json] in the middle of a direct buffer, as a transport lends it. */
private fun lent(json: String): WsFrameView {
    val bytes = json.toByteArray()
    val buffer = ByteBuffer.allocateDirect(bytes.size + 20).position(7).put(bytes)
    buffer.put("\"}]".toByteArray())
    return WsFrameView().lend(WsFrameKind.TEXT, buffer.clear(), 7, bytes.size)
}

private fun scanned(
    json: String,
    vararg paths: String,
): WsJsonFields = WsJsonFields(*paths).also { it.scan(lent(json)).shouldBeTrue() }

class WsJsonFieldsSpec :
    FunSpec({
        test("fields are found whatever their order and whatever stands between them") {
            val fields = scanned(TRADE, "q", "s", "E", "m", "note", "none")
            fields.doubleAt(0, -1.0) shouldBe 0.004
            fields.stringAt(1) shouldBe "BTCUSDT"
            fields.longAt(2, -1) shouldBe 1_723_000_000_123
            fields.booleanAt(3, false).shouldBeTrue()
            fields.isNull(4).shouldBeTrue()
            fields.stringAt(4).shouldBeNull()
            fields.isPresent(5).shouldBeFalse()
            fields.stringAt(5).shouldBeNull()
            fields.longAt(5, 42) shouldBe 42
        }

        test("paths lead into objects and arrays") {
            val json =
                """ { "x" : [ 1 , {"y":[]} ] , "data" : [ {"p":1} , { "p" : "2.5" , "q":3 } ] , "a":{"b":{"c":"deep"}}} """
            val fields = scanned(json, "a.b.c", "data.1.p", "data.0.p", "data.2.p", "x.p", "a.b")
            fields.stringAt(0) shouldBe "deep"
            fields.doubleAt(1, 0.0) shouldBe 2.5
            fields.longAt(2, 0) shouldBe 1
            fields.isPresent(3).shouldBeFalse()
            fields.isPresent(4).shouldBeFalse()
            fields.stringAt(5) shouldBe """{"c":"deep"}"""
        }

        test("brackets and quotes in strings are text") {
            val fields = scanned("""{"a":"}]\"{[","b":["}",{"c":"]"}],"d":1}""", "a", "d")
            fields.stringAt(0) shouldBe "}]\"{["
            fields.longAt(1, 0) shouldBe 1
        }

        test("escapes are resolved, and a string with escapes matches nothing") {
            val fields = scanned("""{"a":"Gr\u00fc\u00DFe\n\t\"\\\/\b\f\r","b":"é"}""", "a", "b")
            fields.stringAt(0) shouldBe "Grüße\n\t\"\\/\b\u000C\r"
            fields.matches(0, "Gr").shouldBeFalse()
            fields.stringAt(1) shouldBe "é"
            scanned("""{"a":"\u12x4\q\u1"}""", "a").stringAt(0) shouldBe """\u12x4\q\u1"""
        }

        test("integers are read to the ends of their range and no further") {
            for (text in listOf("0", "-0", "7", "-7", "${Long.MAX_VALUE}", "${Long.MIN_VALUE}")) {
                for (json in listOf("""{"n":$text}""", """{"n":"$text"}""")) {
                    withClue(json) { scanned(json, "n").longAt(0, 99) shouldBe text.toLong() }
                }
            }
            for (text in listOf("9223372036854775808", "-9223372036854775809", "1.0", "1e3", "-", "", "x", "0x1")) {
                withClue(text) { scanned("""{"n":"$text"}""", "n").longAt(0, 99) shouldBe 99 }
            }
        }

        test("decimals are those of the JDK, long ones and those with exponents among them") {
            val texts =
                listOf(
                    "0",
                    "-0",
                    "27123.50",
                    "-0.004",
                    "123456789012345",
                    "12345678901.2345",
                    "0.1",
                    "1e3",
                    "-2.5E-7",
                ) +
                    listOf("123456789012345678901234567890", "0.30000000000000004", "1.7976931348623157e308", "5e-324")
            for (text in texts) {
                withClue(text) {
                    scanned("""{"n":$text}""", "n").doubleAt(0, 99.0) shouldBe
                        text.toDouble()
                }
            }
            for (text in listOf("", "-", ".5", "5.", "1.2.3", "NaN", "Infinity", "0x1p3", "1d", " 1", "1_0")) {
                withClue(text) { scanned("""{"n":"$text"}""", "n").doubleAt(0, 99.0) shouldBe 99.0 }
            }
        }

        test("a symbol is made once, whichever message brings it") {
            val fields = WsJsonFields("s")

            fun symbolOf(name: String): String? = fields.also { it.scan(lent("""{"s":"$name"}""")) }.symbolAt(0)
            val first = symbolOf("BTCUSDT")
            first shouldBe "BTCUSDT"
            symbolOf("ETHUSDT") shouldBe "ETHUSDT"
            symbolOf("BTCUSDT") shouldBeSameInstanceAs first
            repeat(3000) { symbolOf("S$it") shouldBe "S$it" }
            symbolOf("BTCUSDT") shouldBeSameInstanceAs first
            "x".repeat(65).let { symbolOf(it) shouldBe it }
        }

        test("what is matched is the whole string and nothing but a string") {
            val fields = scanned("""{"a":"trade","b":7}""", "a", "b")
            fields.matches(0, "trade").shouldBeTrue()
            for (other in listOf("trad", "trades", "Trade", "")) fields.matches(0, other).shouldBeFalse()
            fields.matches(1, "7").shouldBeFalse()
        }

        test("what is no JSON is said to be none, as far as it was looked at, and has no fields") {
            val bad =
                listOf(
                    "",
                    " ",
                    "{",
                    "}",
                    "{\"",
                    "{\"a",
                    "{\"a\"",
                    "{\"a\":",
                    "{\"a\":}",
                    "{\"a\" 1}",
                    "{a:1}",
                    "{\"a\":1,}",
                ) +
                    listOf(
                        "{\"a\":\"x",
                        "{\"a\":\"x\\",
                        "{\"a\":[1",
                        "{\"a\":tru}",
                        "{\"a\":nulls}",
                        "[1,2",
                        "[1 2]",
                        "[,]",
                        "hello",
                        "{\"b\":1 \"a\":2}",
                        "[\"\\\"]",
                    )
            for (json in bad) {
                withClue(json) {
                    val fields = WsJsonFields("z", "0")
                    fields.scan(lent(json)).shouldBeFalse()
                    fields.isPresent(0).shouldBeFalse()
                    fields.isPresent(1).shouldBeFalse()
                }
            }
            // Behind the last field that is wanted nobody looks.
            scanned("""{"a":1,}}""", "a").longAt(0, 0) shouldBe 1
            // A value that is no object has no fields.
            scanned("7", "a").isPresent(0).shouldBeFalse()
            scanned("[1]", "a").isPresent(0).shouldBeFalse()
        }

        test("of a name that stands twice the first one counts") {
            scanned("""{"a":1,"a":2,"b":3}""", "a", "b").longAt(0, 0) shouldBe 1
        }

        test("no depth of brackets costs more than its length") {
            val depth = 1_000_000
            scanned("""{"x":${"[".repeat(depth)}${"]".repeat(depth)},"a":1}""", "a").longAt(0, 0) shouldBe 1
        }

        test("fields are gone with their frame") {
            val view = lent(TRADE)
            val fields = WsJsonFields("s")
            fields.scan(view)
            view.takeBack()
            shouldThrow<IllegalStateException> { fields.stringAt(0) }
            shouldThrow<IllegalStateException> { fields.scan(view) }
        }

        test("a frame that is kept reads the same") {
            val view = WsFrameView().give(WsFrameKind.TEXT, WsFrame.text(TRADE).payload)
            val fields = WsJsonFields("s")
            fields.scan(view).shouldBeTrue()
            fields.stringAt(0) shouldBe "BTCUSDT"
        }

        test("mistakes are refused by name") {
            shouldThrow<IllegalArgumentException> { WsJsonFields() }.message shouldBe "paths must not be empty"
            shouldThrow<IllegalArgumentException> { WsJsonFields("a..b") }.message shouldBe
                "a path must be names with dots between them but was \"a..b\""
            shouldThrow<IllegalArgumentException> { WsJsonFields("a.b", "a", "a") }.message shouldBe
                "a path must stand once but was there twice: \"a\""
            shouldThrow<IndexOutOfBoundsException> { scanned("{}", "a").longAt(1, 0) }.message shouldBe
                "index must be in 0 until 1 but was 1"
        }
    })
