package io.github.belay.transport

import io.github.belay.seeded
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.char
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import java.util.Map.entry

class WsHeadersSpec :
    FunSpec({
        test("lines keep their order, and names compare without case") {
            val headers = WsHeaders.of("X-One", "1").with("Cookie", "a=b").with("x-one", "2")
            headers["X-ONE"] shouldBe "1"
            headers.all("x-One") shouldContainExactly listOf("1", "2")
            headers.entries.map { it.key } shouldContainExactly listOf("X-One", "Cookie", "x-one")
            headers["Origin"].shouldBeNull()
            headers.all("Origin") shouldContainExactly emptyList()
        }

        test("headers join in order, and neither of the two changes") {
            val left = WsHeaders.of("A", "1")
            val right = WsHeaders.of(mapOf("B" to "2", "A" to "3"))
            (left + right).entries.map { "${it.key}=${it.value}" } shouldContainExactly listOf("A=1", "B=2", "A=3")
            left.entries.size shouldBe 1
            right.entries.size shouldBe 2
        }

        test("every character of a token may stand in a name, every other is refused (RFC 9110 section 5.6.2)") {
            val token = ('a'..'z') + ('A'..'Z') + ('0'..'9') + "!#$%&'*+-.^_`|~".toList()
            misjudged(token.toSet()) { WsHeaders.of("X$it", "v") } shouldBe emptyList()
            shouldThrow<IllegalArgumentException> { WsHeaders.of("", "v") }
        }

        test("every character of ISO-8859-1 but the control characters may stand in a value, and a tab") {
            val allowed = listOf('\t') + (' '..'~') + ('\u00A0'..'\u00FF')
            misjudged(allowed.toSet()) { WsHeaders.of("X", "a${it}b") } shouldBe emptyList()
        }

        test("no name and no value can smuggle a line in, whatever stands around it") {
            val nearInjection = Arb.list(Arb.char('\u0000'..'\u0010', 'a'..'c', ':'..':', '\u010A'..'\u010D'), 0..8)
            checkAll(seeded(1, iterations = 3_000), nearInjection, nearInjection) { name, value ->
                val headers = runCatching { WsHeaders.of(name.joinToString(""), value.joinToString("")) }.getOrNull()
                headers?.entries?.forEach { (key, line) ->
                    "$key: $line"
                        .toByteArray(
                            Charsets.ISO_8859_1,
                        ).filter { it in 0..31 && it != '\t'.code.toByte() } shouldBe
                        emptyList()
                }
            }
        }

        test("a refusal names the header and never the value") {
            val refusals =
                listOf("canary\r\nX: y", "canary\u0000", "canary\u20AC").map {
                    shouldThrow<IllegalArgumentException> { WsHeaders.of("Authorization", it) }.message
                }
            refusals shouldContainExactly
                listOf(
                    "value of header Authorization must not have control characters",
                    "value of header Authorization must not have control characters",
                    "value of header Authorization must be ISO-8859-1",
                )
            shouldThrow<IllegalArgumentException> { WsHeaders.of("canary:", "v") }.message.orEmpty() shouldNotContain
                "canary"
        }

        test("of the lines that were received those are kept, in order, that could be used") {
            val lines = listOf("A" to "1", "B" to "x\u0007", "not a token" to "2", "C" to "\u20AC", "A" to "3")
            WsHeaders.received(lines.map { entry(it.first, it.second) }).entries shouldContainExactly
                listOf(entry("A", "1"), entry("A", "3"))
        }

        test("of the lines that were received the first 256 are looked at") {
            val lines = List(300) { entry("X-$it", if (it == 0) "\u0000" else "v") }
            WsHeaders.received(lines).entries.map { it.key } shouldContainExactly List(255) { "X-${it + 1}" }
        }

        test("toString shows names only") {
            WsHeaders.of("Authorization", "Bearer canary").with("Cookie", "canary").toString() shouldBe
                "WsHeaders(Authorization: ***, Cookie: ***)"
            WsHeaders.EMPTY.toString() shouldBe "WsHeaders()"
        }

        test("the list of lines cannot be changed behind the checks") {
            val lines = WsHeaders.of("A", "1").entries

            @Suppress("UNCHECKED_CAST")
            val asJavaSeesIt = lines as MutableList<Map.Entry<String, String>>
            shouldThrow<UnsupportedOperationException> { asJavaSeesIt.add(java.util.Map.entry("B", "\r\n")) }
            shouldThrow<UnsupportedOperationException> { asJavaSeesIt.clear() }
        }
    })

/** The first characters that [make] takes although they are not [allowed], or refuses although they are. */
private fun misjudged(
    allowed: Set<Char>,
    make: (Char) -> WsHeaders,
): List<String> =
    (Char.MIN_VALUE..Char.MAX_VALUE)
        .filter { runCatching { make(it) }.isSuccess != (it in allowed) }
        .take(10)
        .map { "U+%04X".format(it.code) }
