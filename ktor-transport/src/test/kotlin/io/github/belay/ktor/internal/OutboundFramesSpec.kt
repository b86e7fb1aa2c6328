package io.github.belay.ktor.internal

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.utils.io.ByteChannel
import io.ktor.utils.io.readBuffer
import io.ktor.websocket.FrameType
import io.ktor.websocket.WebSocketWriter
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope

class OutboundFramesSpec :
    FunSpec({
        test("each kind becomes its own") {
            WsFrame.text("t").toKtor().frameType shouldBe FrameType.TEXT
            WsFrame.binary(ByteArray(1)).toKtor().frameType shouldBe FrameType.BINARY
            WsFrame.ping().toKtor().frameType shouldBe FrameType.PING
            WsFrame.pong().toKtor().frameType shouldBe FrameType.PONG
            WsFrame.close(1000, "bye").toKtor().run {
                frameType shouldBe FrameType.CLOSE
                data shouldBe byteArrayOf(3, -24) + "bye".toByteArray()
            }
        }

        test("an array is shared, a slice is copied") {
            val array = byteArrayOf(1, 2, 3)
            WsFrame.binary(array).toKtor().data shouldBeSameInstanceAs array
            WsFrame.binary(WsBytes.wrap(array, offset = 1, size = 1)).toKtor().data shouldBe byteArrayOf(2)
        }

        for (size in listOf(0, 125, 126, 65_535, 65_536)) {
            test("a payload of $size bytes takes on the wire what is counted for it") {
                val frame = WsFrame.binary(ByteArray(size))
                val closing = WsFrame.close(1000)
                val wire = ByteChannel(autoFlush = true)
                coroutineScope {
                    val writer = WebSocketWriter(wire, coroutineContext + Dispatchers.IO, masking = true)
                    writer.outgoing.send(frame.toKtor())
                    writer.outgoing.send(closing.toKtor())
                }
                wire.readBuffer().size.toInt() shouldBe frame.wireBytes() + closing.wireBytes()
            }
        }
    })
