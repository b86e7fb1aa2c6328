package io.github.belay.frame

import io.github.belay.seeded
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.property.Arb
import io.kotest.property.arbitrary.Codepoint
import io.kotest.property.arbitrary.char
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.of
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll

class WsTextSpec :
    FunSpec({
        test("a text comes back as it went in") {
            val anyCodePoint = Arb.of((0..0xD7FF).map(::Codepoint) + (0xE000..0x10FFFF).map(::Codepoint))
            checkAll(seeded(1), Arb.string(0..20, anyCodePoint)) { text ->
                WsText.of(text).toString() shouldBe text
                WsText.of(text).bytes shouldBe WsBytes.wrap(text.toByteArray())
                WsText.of(text) shouldBe WsText.checked(WsBytes.wrap(text.toByteArray()))
            }
        }

        test("any string is either encoded without loss or refused for an unpaired surrogate") {
            val nearSurrogates = Arb.list(Arb.char('\uD7FE'..'\uE001', 'a'..'b'), 0..6)
            checkAll(seeded(2, iterations = 3_000), nearSurrogates) { chars ->
                val text = chars.joinToString("")
                val survives = String(text.toByteArray(), Charsets.UTF_8) == text
                runCatching { WsText.of(text) }.isSuccess shouldBe survives
            }
        }

        test("an unpaired surrogate is refused and its place named, the text not") {
            val unpaired =
                mapOf(
                    "canary\uD83D" to 6,
                    "\uDE00canary" to 0,
                    "😀\uDE00\uD83D" to 2,
                    "a\uD83D\uD83D\uDE00" to 1,
                )
            for ((text, place) in unpaired) {
                val message = shouldThrow<IllegalArgumentException> { WsText.of(text) }.message
                message shouldBe "text must not contain an unpaired surrogate but has one at index $place"
            }
        }

        test("bytes that are not UTF-8 never become a text by a way that checks") {
            val malformed = WsBytes.wrap(byteArrayOf(0xC3.toByte(), 0x28))
            WsText.orNull(malformed).shouldBeNull()
            shouldThrow<IllegalArgumentException> { WsText.checked(malformed) }.message shouldBe
                "bytes must be valid UTF-8 but are not (2 bytes)"
        }

        test("the refusal of bytes does not repeat them") {
            val malformed = WsBytes.wrap("canary".toByteArray() + 0xFF.toByte())
            shouldThrow<IllegalArgumentException> { WsText.checked(malformed) }.message.orEmpty() shouldNotContain
                "canary"
        }

        test("bytes are taken over, not copied") {
            val bytes = WsBytes.wrap("text".toByteArray())
            WsText.checked(bytes).bytes shouldBeSameInstanceAs bytes
            WsText.unchecked(bytes).bytes shouldBeSameInstanceAs bytes
        }

        test("size counts bytes") {
            WsText.of("€").size shouldBe 3
            WsText.EMPTY.size shouldBe 0
        }

        test("texts compare by their bytes") {
            WsText.of("a") shouldBe WsText.of("a")
            WsText.of("a").hashCode() shouldBe WsText.of("a").hashCode()
            WsText.of("a") shouldNotBe WsText.of("b")
            WsText.of("a").equals("a") shouldBe false
        }
    })
