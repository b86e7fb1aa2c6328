package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.seeded
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll

class FragmentBufferSpec :
    FunSpec({
        fun piece(bytes: ByteArray): WsFrameView = WsFrameView().give(WsFrameKind.BINARY, WsBytes.wrap(bytes))

        fun FragmentBuffer.lent(): WsFrameView = WsFrameView().also { lendTo(it, WsFrameKind.BINARY) }

        test("what was appended is lent in one piece, message after message") {
            val fragment = Arb.byteArray(Arb.int(0..40), Arb.byte())
            checkAll(seeded(1), Arb.list(Arb.list(fragment, 0..6), 1..4)) { messages ->
                val buffer = FragmentBuffer(maxBytes = 240)
                for (message in messages) {
                    message.forEach { buffer.append(piece(it)) }
                    val whole = message.fold(ByteArray(0), ByteArray::plus)
                    buffer.size shouldBe whole.size
                    buffer.lent().toFrame() shouldBe WsFrame.binary(whole)
                    buffer.size shouldBe 0
                }
            }
        }

        test("small messages share one array, so lent bytes are good until the next append only") {
            val buffer = FragmentBuffer(maxBytes = 1_000)
            buffer.append(piece(byteArrayOf(1, 2)))
            val first = buffer.lent()
            first[0] shouldBe 1
            buffer.append(piece(byteArrayOf(7)))
            first[0] shouldBe 7
        }

        test("the array of a large message is not kept") {
            val buffer = FragmentBuffer(maxBytes = 1_000_000)
            buffer.append(piece(ByteArray(100_000) { 1 }))
            val large = buffer.lent()
            buffer.append(piece(byteArrayOf(7)))
            large[0] shouldBe 1
        }

        test("released bytes do not return") {
            val buffer = FragmentBuffer(maxBytes = 10)
            buffer.append(piece(byteArrayOf(1, 2)))
            buffer.release()
            buffer.append(piece(byteArrayOf(3)))
            buffer.lent().toFrame() shouldBe WsFrame.binary(byteArrayOf(3))
        }

        test("the largest limit there is does not overflow when the array doubles") {
            val buffer = FragmentBuffer(maxBytes = Int.MAX_VALUE)
            repeat(3) { buffer.append(piece(ByteArray(10))) }
            buffer.size shouldBe 30
        }
    })
