package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlin.random.Random

/** Cuts [bytes] into pieces of random sizes, empty ones among them. */
private fun Random.pieces(bytes: ByteArray): List<ByteArray> {
    val cuts = List(nextInt(6)) { nextInt(bytes.size + 1) }.sorted()
    return (listOf(0) + cuts + bytes.size).zipWithNext { from, to -> bytes.copyOfRange(from, to) }
}

/** A lawful conversation: messages in fragments, control frames between them, and what a reader must see of it. */
private class Talk(
    private val random: Random,
    private val isMasked: Boolean,
) {
    val wire = ArrayList<WireFrame>()
    val expected = ArrayList<WsFrame>()

    fun speak() {
        repeat(random.nextInt(1, 8)) { if (random.nextInt(3) == 0) control() else message() }
    }

    private fun message() {
        val isText = random.nextBoolean()
        val payload = if (isText) text().toByteArray() else random.nextBytes(random.nextInt(300))
        val cuts = List(random.nextInt(4)) { random.nextInt(payload.size + 1) }.sorted()
        val parts = (listOf(0) + cuts + payload.size).zipWithNext { from, to -> payload.copyOfRange(from, to) }
        val opcode = if (isText) WsOpcode.TEXT else WsOpcode.BINARY
        for ((index, part) in parts.withIndex()) {
            send(if (index == 0) opcode else WsOpcode.CONTINUATION, part, isFinal = index == parts.lastIndex)
            if (index < parts.lastIndex && random.nextInt(3) == 0) control()
        }
        expected += if (isText) WsFrame.text(payload.decodeToString()) else WsFrame.binary(payload)
    }

    private fun control() {
        val payload = random.nextBytes(random.nextInt(126))
        val isPing = random.nextBoolean()
        send(if (isPing) WsOpcode.PING else WsOpcode.PONG, payload, isFinal = true)
        val bytes = WsBytes.wrap(payload)
        expected += if (isPing) WsFrame.ping(bytes) else WsFrame.pong(bytes)
    }

    private fun send(
        opcode: Int,
        payload: ByteArray,
        isFinal: Boolean,
    ) {
        wire += WireFrame(opcode, payload, isFinal, mask = if (isMasked) random.nextBytes(4) else null)
    }

    private fun text(): String =
        List(
            random.nextInt(80),
        ) { listOf("a", "plain text ", "é", "€", "😀", "\n")[random.nextInt(6)] }.joinToString("")
}

/** What [decoded] is, for comparing two ways to the same bytes. */
private fun summary(decoded: Decoded): String = "${decoded.frames} then ${decoded.violation?.closeCode}"

class WsFrameDecoderPropertySpec :
    FunSpec({
        test("a lawful conversation comes out as it was spoken, however it is cut") {
            for (seed in 0 until 2_000) {
                val random = Random(seed)
                val side = if (random.nextBoolean()) WsSide.SERVER else WsSide.CLIENT
                val talk = Talk(random, isMasked = side == WsSide.SERVER).apply { speak() }
                val bytes = wire(*talk.wire.toTypedArray())
                withClue("seed $seed") {
                    val decoded = decoder(side = side).decodeAll(random.pieces(bytes))
                    decoded.frames shouldContainExactly talk.expected
                    decoded.violation shouldBe null
                }
            }
        }

        test("with bytes turned over, the cuts still make no difference, and nothing but a violation is thrown") {
            var violations = 0
            for (seed in 0 until 4_000) {
                val random = Random(seed)
                val talk = Talk(random, isMasked = false).apply { speak() }
                val bytes = wire(*talk.wire.toTypedArray())
                repeat(random.nextInt(1, 4)) { bytes[random.nextInt(bytes.size)] = random.nextInt().toByte() }
                val whole = decoder(maxFrameBytes = 300, maxMessageBytes = 500).decodeAll(listOf(bytes))
                val cut = decoder(maxFrameBytes = 300, maxMessageBytes = 500).decodeAll(random.pieces(bytes))
                withClue("seed $seed") { summary(cut) shouldBe summary(whole) }
                if (whole.violation != null) violations++
            }
            // Otherwise this test looks at lawful bytes only.
            violations shouldBeGreaterThan 1_000
        }

        test("noise ends in a violation or in nothing") {
            for (seed in 0 until 4_000) {
                val random = Random(seed)
                val side = if (random.nextBoolean()) WsSide.SERVER else WsSide.CLIENT
                withClue("seed $seed") { decoder(side = side).decodeAll(random.pieces(random.nextBytes(200))) }
            }
        }
    })
