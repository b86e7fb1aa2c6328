package io.github.belay.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class WsBuffersSpec :
    FunSpec({
        test("the defaults are 16 MiB of frame and message, 128 KiB and 256 KiB of writing") {
            WsBuffers().toString() shouldBe
                "WsBuffers(maxFrameBytes=16777216, maxMessageBytes=16777216, " +
                "writeBufferBytes=131072, maxWriteBufferBytes=262144)"
        }

        test("the smallest limits are a control frame and one byte") {
            val smallest =
                WsBuffers(maxFrameBytes = 125, maxMessageBytes = 1, writeBufferBytes = 1, maxWriteBufferBytes = 1)
            smallest.maxFrameBytes shouldBe 125
            smallest.maxMessageBytes shouldBe 1
            smallest.writeBufferBytes shouldBe 1
            smallest.maxWriteBufferBytes shouldBe 1
        }

        test("a limit out of range is refused with its name and value") {
            val refused: Map<String, () -> WsBuffers> =
                mapOf(
                    "maxFrameBytes must be >= 125 but was 124" to { WsBuffers(maxFrameBytes = 124) },
                    "maxMessageBytes must be >= 1 but was 0" to { WsBuffers(maxMessageBytes = 0) },
                    "writeBufferBytes must be >= 1 but was -1" to { WsBuffers(writeBufferBytes = -1) },
                    "maxWriteBufferBytes must be >= writeBufferBytes (10) but was 9" to
                        { WsBuffers(writeBufferBytes = 10, maxWriteBufferBytes = 9) },
                )
            for ((message, make) in refused) {
                shouldThrow<IllegalArgumentException> { make() }.message shouldBe message
            }
        }
    })
