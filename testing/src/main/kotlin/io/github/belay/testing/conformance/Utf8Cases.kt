@file:Suppress("MagicNumber") // The numbers are the examples that the titles speak of.

package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.CloseCode

internal fun utf8Cases(): List<ConformanceCase> =
    casesOf(ConformanceGroup.UTF8, "RFC 6455 section 8.1") {
        for ((name, text) in validTexts) {
            case("text may have $name") {
                send(text(text))
                expectText(text)
            }
        }
        for ((name, bytes) in invalidTexts) {
            case("text must not have $name") {
                send(text("before "))
                expectText("before ")
                send(text(letters(3) + bytes + letters(3)))
                expectViolation(CloseCode.INVALID_PAYLOAD)
            }
        }
        for ((name, text) in validTexts.filter { (_, text) -> text.toByteArray().size > text.length }.take(SPLIT)) {
            case("a fragment may end inside $name", "RFC 6455 section 5.6") {
                send(*fragments(WsOpcode.TEXT, text.toByteArray(), frameBytes = 1).toTypedArray())
                expectText(text)
            }
        }
        val broken = invalidTexts.filterNot { (name, _) -> name.startsWith("the beginning") }
        for ((name, bytes) in broken.filterIndexed { index, _ -> index % 2 == 0 }.take(EARLY)) {
            case("a fragment with $name fails the connection before the last fragment is there", isOpen = true) {
                send(text(letters(3) + bytes, isFinal = false), ping("late"), continuation("", isFinal = true))
                expectViolation(CloseCode.INVALID_PAYLOAD)
            }
        }
        cutTexts()
        brokenInsideFrames()
        mixedTexts()
    }

private const val SPLIT = 20
private const val EARLY = 20

private fun CaseList.cutTexts() {
    for (size in 1..3) {
        case("a fragmented text must not end behind $size of the 4 bytes of a code point") {
            send(text("cut ", isFinal = false), continuation("\uD83D\uDE00".toByteArray().copyOf(size), isFinal = true))
            expectViolation(CloseCode.INVALID_PAYLOAD)
        }
    }
}

private fun CaseList.brokenInsideFrames() {
    val wrong =
        listOf(
            "a byte that no UTF-8 has" to bytes(0xFF),
            "an overlong slash" to bytes(0xC0, 0xAF),
            "a surrogate" to bytes(0xED, 0xA0, 0x80),
            "a code point above U+10FFFF" to bytes(0xF4, 0x90, 0x80, 0x80),
        )
    for ((name, bytes) in wrong) {
        case("$name fails the connection before its frame is complete", isOpen = true) {
            val frame = text(letters(10) + bytes + letters(200)).toByteArray()
            sendRaw(frame.copyOf(frame.size - 200))
            awaitViolation()
            sendRaw(frame.copyOfRange(frame.size - 200, frame.size))
            expectViolation(CloseCode.INVALID_PAYLOAD)
        }
    }
}

private fun CaseList.mixedTexts() {
    case("a ping may come between two halves of a code point", "RFC 6455 section 5.4") {
        val euro = "\u20AC".toByteArray()
        send(text(euro.copyOf(1), isFinal = false), ping("between"))
        send(continuation(euro.copyOfRange(1, 3), isFinal = true))
        expectPing("between")
        expectText("\u20AC")
    }
    case("binary need not be UTF-8", "RFC 6455 section 5.6") {
        send(binary(bytes(0xC3, 0x28, 0xFF)))
        expectBinary(bytes(0xC3, 0x28, 0xFF))
    }
}

private fun bytes(vararg values: Int) = ByteArray(values.size) { values[it].toByte() }

private fun codePoint(value: Int) = String(Character.toChars(value))

/** Code points at the borders of the lengths and of the planes, and what programs have stumbled over. */
private val validTexts: List<Pair<String, String>> =
    listOf(0x00, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD000, 0xD7FF, 0xE000)
        .plus(listOf(0xFDD0, 0xFDEF, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF))
        .plus(listOf(0x10000, 0x1FFFE, 0x1FFFF, 0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFE, 0x10FFFF))
        .map { "U+%04X".format(it) to codePoint(it) } +
        listOf(
            "an umlaut" to "M\u00FCnchen",
            "Greek" to "\u03BA\u03CC\u03C3\u03BC\u03B5",
            "Cyrillic" to "\u043C\u0438\u0440",
            "Hebrew from right to left" to "\u05E9\u05DC\u05D5\u05DD",
            "Arabic" to "\u0633\u0644\u0627\u0645",
            "Devanagari" to "\u0928\u092E\u0938\u094D\u0924\u0947",
            "Thai" to "\u0E2A\u0E27\u0E31\u0E2A\u0E14\u0E35",
            "Chinese" to "\u4F60\u597D",
            "Japanese" to "\u3053\u3093\u306B\u3061\u306F",
            "Korean" to "\uC548\uB155",
            "a combining accent" to "e\u0301",
            "an emoji" to "\uD83D\uDE00",
            "a family of emoji joined by U+200D" to "\uD83D\uDC69\u200D\uD83D\uDC67",
            "two and three and four bytes in a row" to "\u00E9\u20AC\uD834\uDD1E",
        )

/** Byte sequences that are no UTF-8 wherever they stand (RFC 3629 sections 3 and 4). */
private val invalidTexts: List<Pair<String, ByteArray>> =
    overlongs() + surrogates() + tooLarge() + strays() + beginnings()

private fun overlongs() =
    listOf(
        "U+0000 in two bytes" to bytes(0xC0, 0x80),
        "a slash in two bytes" to bytes(0xC0, 0xAF),
        "U+007F in two bytes" to bytes(0xC1, 0xBF),
        "U+0000 in three bytes" to bytes(0xE0, 0x80, 0x80),
        "a slash in three bytes" to bytes(0xE0, 0x80, 0xAF),
        "U+07FF in three bytes" to bytes(0xE0, 0x9F, 0xBF),
        "U+0000 in four bytes" to bytes(0xF0, 0x80, 0x80, 0x80),
        "a slash in four bytes" to bytes(0xF0, 0x80, 0x80, 0xAF),
        "U+FFFF in four bytes" to bytes(0xF0, 0x8F, 0xBF, 0xBF),
        "U+0000 in five bytes" to bytes(0xF8, 0x80, 0x80, 0x80, 0x80),
        "U+0000 in six bytes" to bytes(0xFC, 0x80, 0x80, 0x80, 0x80, 0x80),
    )

private fun surrogates() =
    listOf(0xD800, 0xDB7F, 0xDB80, 0xDBFF, 0xDC00, 0xDF80, 0xDFFF).map { value ->
        "the surrogate U+%04X".format(value) to
            bytes(0xED, 0x80 or (value shr 6 and 0x3F), 0x80 or (value and 0x3F))
    } +
        listOf(
            "U+10000 as two surrogates" to bytes(0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80),
            "U+10FFFF as two surrogates" to bytes(0xED, 0xAF, 0xBF, 0xED, 0xBF, 0xBF),
            "two surrogates the wrong way round" to bytes(0xED, 0xB0, 0x80, 0xED, 0xA0, 0x80),
        )

private fun tooLarge() =
    listOf(
        "U+110000" to bytes(0xF4, 0x90, 0x80, 0x80),
        "U+13FFFF" to bytes(0xF4, 0xBF, 0xBF, 0xBF),
        "U+140000" to bytes(0xF5, 0x80, 0x80, 0x80),
        "U+1FFFFF" to bytes(0xF7, 0xBF, 0xBF, 0xBF),
        "U+200000 in five bytes" to bytes(0xF8, 0x88, 0x80, 0x80, 0x80),
        "U+3FFFFFF in five bytes" to bytes(0xFB, 0xBF, 0xBF, 0xBF, 0xBF),
        "U+4000000 in six bytes" to bytes(0xFC, 0x84, 0x80, 0x80, 0x80, 0x80),
        "U+7FFFFFFF in six bytes" to bytes(0xFD, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF),
    )

private fun strays() =
    listOf(0x80, 0x81, 0x8F, 0x90, 0xA0, 0xBF).map { "0x%X without a beginning".format(it) to bytes(it) } +
        listOf(
            "two bytes without a beginning" to bytes(0x80, 0xBF),
            "every byte that only continues" to ByteArray(0x40) { (0x80 + it).toByte() },
            "one continuation too many" to bytes(0xC3, 0xA9, 0xA9),
            "0xFE" to bytes(0xFE),
            "0xFF" to bytes(0xFF),
            "two bytes that mark the order of UTF-16" to bytes(0xFE, 0xFF),
            "Latin-1" to bytes(0x4D, 0xFC, 0x6E, 0x63, 0x68, 0x65, 0x6E),
        )

/** Followed by ASCII, each breaks off. */
private fun beginnings() =
    listOf(
        bytes(0xC2),
        bytes(0xDF),
        bytes(0xE0),
        bytes(0xE2, 0x82),
        bytes(0xEF, 0xBF),
        bytes(0xF0),
        bytes(0xF0, 0x9F),
        bytes(0xF0, 0x9F, 0x98),
        bytes(0xF4, 0x8F, 0xBF),
        bytes(0xC3, 0xC3),
        bytes(0xE2, 0x82, 0xE2),
        bytes(0xF0, 0x9F, 0xF0),
        bytes(0xF0, 0x9F, 0x98, 0xC3),
        bytes(0xED, 0x9F),
    ).map { bytes ->
        "the beginning ${bytes.joinToString(" ") { "%02X".format(it) }} of a code point without its end" to
            bytes
    }
