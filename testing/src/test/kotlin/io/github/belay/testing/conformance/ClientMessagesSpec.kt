package io.github.belay.testing.conformance

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe

class ClientMessagesSpec :
    FunSpec({
        var nextKey = 0

        fun frame(
            opcode: Int,
            payload: String = "",
            isFinal: Boolean = true,
            reservedBits: Int = 0,
            isShortestLength: Boolean = true,
            maskKey: Int? = nextKey++,
        ) = ClientFrame(opcode, isFinal, reservedBits, isShortestLength, maskKey, payload.toByteArray())

        fun problemOf(vararg frames: ClientFrame) = ClientMessages(frames.toList(), deflate = null).problem

        test("fragments are joined and the Close frame is kept") {
            val client =
                ClientMessages(
                    listOf(frame(1, "one "), frame(2, "a", isFinal = false), frame(0, "b"), frame(8, "xx")),
                    null,
                )
            client.problem shouldBe null
            client.messages.map { (opcode, payload) -> opcode to payload.decodeToString() } shouldBe
                listOf(1 to "one ", 2 to "ab")
            client.close?.decodeToString() shouldBe "xx"
        }

        context("the first rule that a client breaks is named:") {
            val broken =
                mapOf(
                    "has no mask" to listOf(frame(1, maskKey = null)),
                    "has the mask key of the frame before" to listOf(frame(1, maskKey = -7), frame(1, maskKey = -7)),
                    "has a length that is not in its shortest form" to listOf(frame(1, isShortestLength = false)),
                    "has the reserved bits 4" to listOf(frame(1, reservedBits = 4)),
                    "is a control frame and fragmented" to listOf(frame(8, isFinal = false)),
                    "is a control frame and too long" to listOf(frame(8, "x".repeat(126))),
                    "was sent by the transport, and its owner answers pings" to listOf(frame(10)),
                    "was sent by the transport, and nobody asked for it" to listOf(frame(9)),
                    "begins inside another message" to listOf(frame(1, isFinal = false), frame(2)),
                    "continues nothing" to listOf(frame(1), frame(0)),
                    "has a reserved opcode" to listOf(frame(3)),
                    "follows the Close frame" to listOf(frame(8), frame(1)),
                )
            withTests(broken.keys) { rule ->
                val frames = broken.getValue(rule)
                problemOf(*frames.toTypedArray()) shouldBe "frame ${frames.size} of the client, ${frames.last()}, $rule"
            }
        }
    })
