package io.github.belay.frame

import io.github.belay.seeded
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.checkAll
import java.nio.ByteBuffer
import java.nio.CharBuffer

class Utf8ValidatorSpec :
    FunSpec({
        test("every Unicode code point is accepted in its shortest form, surrogates are not (RFC 3629 section 3)") {
            val wrong =
                (0..0x10FFFF).filter { codePoint ->
                    val isSurrogate = codePoint in 0xD800..0xDFFF
                    isValid(encoded(codePoint, shortestForm(codePoint))) == isSurrogate
                }
            wrong.shouldBeEmpty()
        }

        test("overlong forms are refused (RFC 3629 section 10)") {
            for (codePoint in listOf(0, 0x2F, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF)) {
                for (length in shortestForm(codePoint) + 1..4) {
                    withClue("U+%04X in %d bytes".format(codePoint, length)) {
                        isValid(encoded(codePoint, length)) shouldBe false
                    }
                }
            }
        }

        test("code points above U+10FFFF are refused") {
            for (codePoint in listOf(0x110000, 0x13FFFF, 0x140000, 0x1FFFFF)) {
                withClue("U+%X".format(codePoint)) { isValid(encoded(codePoint, 4)) shouldBe false }
            }
        }

        test("bytes that begin no code point are refused") {
            val neverFirst = (0x80..0xC1) + (0xF5..0xFF)
            neverFirst
                .filter {
                    isValid(
                        byteArrayOf(it.toByte(), 0x80.toByte(), 0x80.toByte(), 0x80.toByte()),
                    )
                }.shouldBeEmpty()
        }

        test("it agrees with the JDK's decoder on any bytes") {
            checkAll(seeded(1, iterations = 5_000), anyBytes) { bytes ->
                isValid(bytes) shouldBe jdkAccepts(bytes)
            }
        }

        test("cuts at any place do not change the verdict") {
            checkAll(seeded(2, iterations = 5_000), anyBytes, Arb.list(Arb.int(0..64), 0..4)) { bytes, cuts ->
                val validator = Utf8Validator()
                val bounds = listOf(0) + cuts.map { minOf(it, bytes.size) }.sorted() + listOf(bytes.size)
                val accepted = bounds.zipWithNext().all { (from, to) -> validator.feedArray(bytes, from, to - from) }
                (accepted && validator.isComplete) shouldBe jdkAccepts(bytes)
            }
        }

        test("a text is refused at the first byte after which no continuation can save it") {
            // The bounds of every range in the table of RFC 3629 section 4, and their neighbours.
            val leads =
                listOf(
                    0x7F,
                    0x80,
                    0xC1,
                    0xC2,
                    0xDF,
                    0xE0,
                    0xE1,
                    0xEC,
                    0xED,
                    0xEE,
                    0xEF,
                    0xF0,
                    0xF1,
                    0xF3,
                    0xF4,
                    0xF5,
                    0xFF,
                )
            val followers = listOf(0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF)

            fun tryAfter(prefix: ByteArray) {
                for (next in if (prefix.isEmpty()) leads else followers) {
                    val bytes = prefix + next.toByte()
                    val hopeful = canBeSaved(bytes)
                    withClue(bytes.joinToString(" ") { "%02X".format(it) }) {
                        Utf8Validator().feedArray(bytes, 0, bytes.size) shouldBe hopeful
                    }
                    if (hopeful && bytes.size < 4) tryAfter(bytes)
                }
            }
            tryAfter(ByteArray(0))
        }

        test("a text that ends inside a code point is incomplete until the rest arrives") {
            val euro = "€".toByteArray()
            val validator = Utf8Validator()
            validator.feedArray(euro, 0, 2) shouldBe true
            validator.isComplete shouldBe false
            validator.feedArray(euro, 2, 1) shouldBe true
            validator.isComplete shouldBe true
        }

        test("a long ASCII piece does not hide that a code point was left open") {
            val validator = Utf8Validator()
            validator.feedArray("€".toByteArray(), 0, 2) shouldBe true
            validator.feedArray("abcdefghijklmnop".toByteArray(), 0, 16) shouldBe false
        }

        test("a byte that is not ASCII is found at every place of a long ASCII run") {
            for (place in 0 until 40) {
                val bytes = ByteArray(40) { 'a'.code.toByte() }.also { it[place] = 0x80.toByte() }
                withClue("place $place") { isValid(bytes) shouldBe false }
            }
        }

        test("bytes outside the slice are not looked at") {
            val bytes = ByteArray(48) { 0xFF.toByte() }
            for (size in 0..20) {
                bytes.fill('a'.code.toByte(), fromIndex = 13, toIndex = 13 + size)
                withClue("size $size") { Utf8Validator.isValid(WsBytes.wrap(bytes, 13, size)) shouldBe true }
            }
        }
    })

/** Random bytes of two kinds, mixed: uniform ones, and pieces of real UTF-8 that nearly fit together. */
private val anyBytes: Arb<ByteArray> =
    Arb
        .list(
            Arb.choice(
                Arb.byte().map { byteArrayOf(it) },
                Arb.element("a", "eight by", "é", "€", "\uFFFF", "😀", "\uDBFF\uDFFF").map { it.toByteArray() },
                Arb.element(0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0x80, 0x9F, 0xBF).map { byteArrayOf(it.toByte()) },
            ),
            0..16,
        ).map { pieces -> pieces.fold(ByteArray(0), ByteArray::plus) }

private fun isValid(bytes: ByteArray): Boolean = Utf8Validator.isValid(WsBytes.wrap(bytes))

private fun jdkAccepts(bytes: ByteArray): Boolean {
    val decoded = CharBuffer.allocate(bytes.size)
    return !Charsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes), decoded, true)
        .isError
}

/** True if some bytes after [prefix] make a valid text of it; to find them, the bounds of the ranges suffice. */
private fun canBeSaved(prefix: ByteArray): Boolean {
    val endings = listOf(0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF).map { byteArrayOf(it.toByte()) }
    var tried = listOf(prefix)
    repeat(4) {
        if (tried.any(::jdkAccepts)) return true
        tried = tried.flatMap { start -> endings.map { start + it } }
    }
    return false
}

private fun shortestForm(codePoint: Int): Int =
    when (codePoint) {
        in 0..0x7F -> 1
        in 0x80..0x7FF -> 2
        in 0x800..0xFFFF -> 3
        else -> 4
    }

/** [codePoint] in [length] bytes by the bit pattern of RFC 3629 section 3, legal or not. */
private fun encoded(
    codePoint: Int,
    length: Int,
): ByteArray {
    if (length == 1) return byteArrayOf(codePoint.toByte())
    val bytes = ByteArray(length)
    var rest = codePoint
    for (index in length - 1 downTo 1) {
        bytes[index] = (0x80 or (rest and 0x3F)).toByte()
        rest = rest shr 6
    }
    val marker = 0xFF00 shr length and 0xFF
    bytes[0] = (marker or rest).toByte()
    return bytes
}

private fun Utf8Validator.feedArray(
    bytes: ByteArray,
    offset: Int,
    size: Int,
): Boolean = feed(ByteBuffer.wrap(bytes), offset, size)
