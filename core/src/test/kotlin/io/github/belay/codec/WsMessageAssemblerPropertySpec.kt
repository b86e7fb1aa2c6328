package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.frame.WsText
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldNotBeNull
import kotlin.random.Random

class WsMessageAssemblerPropertySpec :
    FunSpec({
        test("however messages are cut and whatever control frames stand between, the same messages come out") {
            repeat(1_000) { seed ->
                val peer = RandomPeer(Random(seed))
                repeat(5) { peer.sendMessage() }
                withClue("seed $seed") {
                    WsMessageAssembler(1_000, 1_000).feedAll(peer.wire) shouldContainExactly peer.expected
                }
            }
        }

        test("a library that relabels continuations gets the same messages") {
            repeat(1_000) { seed ->
                val peer = RandomPeer(Random(seed))
                repeat(5) { peer.sendMessage() }
                withClue("seed $seed") { feedRelabelled(peer.wire) shouldContainExactly peer.expected }
            }
        }

        test("any frames at all end in checked messages, a Close or one violation, never in another failure") {
            var violations = 0
            repeat(5_000) { seed ->
                val random = Random(seed)
                val assembler = WsMessageAssembler(maxFrameBytes = 130, maxMessageBytes = 200)
                withClue("seed $seed") {
                    try {
                        repeat(20) {
                            val frame = assembler.feed(random.anyFrame()) ?: return@repeat
                            frame.payload.size shouldBeLessThanOrEqual 200
                            if (frame is WsFrame.Text) WsText.orNull(frame.payload).shouldNotBeNull()
                        }
                    } catch (violation: WsProtocolException) {
                        violations++
                        violation.closeCode shouldBeIn listOf(1002, 1007, 1009)
                        shouldThrow<IllegalStateException> { assembler.feed(text("more")) }
                    }
                }
            }
            violations shouldBeGreaterThan 1_000
        }
    })

/** Sends random messages, cut at random points with control frames between, and knows what must come out. */
private class RandomPeer(
    private val random: Random,
) {
    val wire = mutableListOf<RawFrame>()
    val expected = mutableListOf<WsFrame>()

    fun sendMessage() {
        val text = random.nextBoolean()
        val payload = if (text) random.text().toByteArray() else random.nextBytes(random.nextInt(60))
        val cuts = List(random.nextInt(5)) { random.nextInt(payload.size + 1) }.sorted()
        val bounds = listOf(0) + cuts + listOf(payload.size)
        bounds.zipWithNext { from, to -> payload.copyOfRange(from, to) }.forEachIndexed { index, fragment ->
            val first = if (text) WsOpcode.TEXT else WsOpcode.BINARY
            wire += RawFrame(if (index == 0) first else WsOpcode.CONTINUATION, isFinal = index == cuts.size, fragment)
            if (index < cuts.size) maybeSendControl()
        }
        expected += if (text) WsFrame.text(String(payload)) else WsFrame.binary(payload)
        maybeSendControl()
    }

    private fun maybeSendControl() {
        val payload = random.nextBytes(random.nextInt(126))
        when (random.nextInt(4)) {
            0 -> send(WsOpcode.PING, payload, WsFrame.ping(WsBytes.wrap(payload)))
            1 -> send(WsOpcode.PONG, payload, WsFrame.pong(WsBytes.wrap(payload)))
        }
    }

    private fun send(
        opcode: Int,
        payload: ByteArray,
        frame: WsFrame,
    ) {
        wire += RawFrame(opcode, isFinal = true, payload)
        expected += frame
    }
}

private fun feedRelabelled(wire: List<RawFrame>): List<WsFrame> {
    val assembler = WsMessageAssembler(1_000, 1_000)
    val view = WsFrameView()
    var dataKind = WsFrameKind.TEXT
    return wire.mapNotNull { frame ->
        val kind =
            when (frame.opcode) {
                WsOpcode.CONTINUATION -> dataKind
                WsOpcode.TEXT -> WsFrameKind.TEXT.also { dataKind = it }
                WsOpcode.BINARY -> WsFrameKind.BINARY.also { dataKind = it }
                WsOpcode.PING -> WsFrameKind.PING
                else -> WsFrameKind.PONG
            }
        view.give(kind, WsBytes.wrap(frame.payload))
        val complete = assembler.feedRelabelled(frame.isFinal, 0, view)
        if (complete) view.toFrame() else null
    }
}

private fun Random.text(): String =
    List(nextInt(20)) { listOf("a", "é", "€", "😀", "\n")[nextInt(5)] }.joinToString(separator = "")

/** Mostly lawful, so that a history gets far enough to break the later rules as well. */
private fun Random.anyFrame(): RawFrame {
    val opcodes = intArrayOf(0, 0, 0, 0, 1, 1, 2, 2, 9, 10, if (nextInt(20) == 0) nextInt(16) else 0)
    val opcode = opcodes[nextInt(opcodes.size)]
    val size = if (nextInt(10) == 0) nextInt(140) else nextInt(20)
    val payload = if (nextInt(10) == 0) nextBytes(size) else ByteArray(size) { 'x'.code.toByte() }
    return RawFrame(opcode, isFinal = opcode >= 8 || nextInt(3) == 0, payload, if (nextInt(100) == 0) nextInt(8) else 0)
}
