package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

/** RFC 6455 section 10.4: an implementation limits the size of a frame and of a message. */
class WsMessageAssemblerLimitsSpec :
    FunSpec({
        test("a frame at the limit passes, one byte more is violation 1009 that names the limit") {
            assembler(maxFrameBytes = 200).feed(binary(ByteArray(200)))?.payload?.size shouldBe 200
            val violation = assembler(maxFrameBytes = 200).violationOf(binary(ByteArray(201)))
            violation.closeCode shouldBe CloseCode.MESSAGE_TOO_BIG
            violation.message shouldBe "frame payload must take at most 200 bytes but takes 201"
        }

        test("the limit of the frame holds for every fragment") {
            val assembler = assembler(maxFrameBytes = 200)
            assembler.feed(binary(ByteArray(200), false))
            assembler.violationOf(continuation(ByteArray(201), true)).closeCode shouldBe 1009
        }

        test("a message of one frame at the limit passes, one byte more is violation 1009") {
            assembler(maxMessageBytes = 10).feed(text("x".repeat(10))) shouldBe WsFrame.text("x".repeat(10))
            val violation = assembler(maxMessageBytes = 10).violationOf(text("x".repeat(11)))
            violation.closeCode shouldBe 1009
            violation.message shouldBe "message must take at most 10 bytes but takes 11"
        }

        test("fragments count together, and the one that crosses the limit is violation 1009, last or not") {
            for (isFinal in listOf(true, false)) {
                val assembler = assembler(maxMessageBytes = 10)
                assembler.feedAll(listOf(binary(ByteArray(4), false), continuation(ByteArray(6), false)))
                val violation = assembler.violationOf(continuation(ByteArray(1), isFinal))
                violation.closeCode shouldBe 1009
                violation.message shouldBe "message must take at most 10 bytes but takes 11"
            }
        }

        test("each message has the whole limit to itself") {
            val fragments = listOf(binary(ByteArray(5), false), continuation(ByteArray(5), true))
            assembler(maxMessageBytes = 10).feedAll(fragments + fragments + binary(ByteArray(10))).size shouldBe 3
        }

        test("the largest limits there are do not overflow") {
            val assembler = WsMessageAssembler(Int.MAX_VALUE, Int.MAX_VALUE)
            assembler
                .feedAll(
                    listOf(binary(ByteArray(100), false), continuation(ByteArray(100), true)),
                ).size shouldBe
                1
        }

        test("a message of 65536 fragments passes, one more is violation 1008, were they all empty") {
            val empty = continuation(ByteArray(0), false)
            val assembler = assembler()
            assembler.feed(binary(ByteArray(0), false))
            repeat(WsMessageAssembler.MAX_FRAGMENTS - 2) { assembler.feed(empty).shouldBeNull() }
            assembler.feed(continuation(byteArrayOf(1), true)) shouldBe WsFrame.binary(byteArrayOf(1))

            assembler.feed(binary(ByteArray(0), false))
            repeat(WsMessageAssembler.MAX_FRAGMENTS - 1) { assembler.feed(empty).shouldBeNull() }
            assembler.violationOf(empty).closeCode shouldBe CloseCode.POLICY_VIOLATION
        }

        test("limits that no control frame or no message fits into are refused by name") {
            shouldThrow<IllegalArgumentException> { WsMessageAssembler(124, 1) }.message shouldBe
                "maxFrameBytes must be >= 125 but was 124"
            shouldThrow<IllegalArgumentException> { WsMessageAssembler(125, 0) }.message shouldBe
                "maxMessageBytes must be >= 1 but was 0"
        }
    })
