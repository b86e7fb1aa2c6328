package io.github.belay.frame

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.nio.ByteBuffer

class WsFrameViewSpec :
    FunSpec({
        fun heap(text: String): ByteBuffer = ByteBuffer.wrap(text.toByteArray())

        fun direct(text: String): ByteBuffer = ByteBuffer.allocateDirect(text.length).put(text.toByteArray()).flip()

        val lenders: Map<String, (String) -> ByteBuffer> =
            mapOf(
                "heap" to ::heap,
                "direct" to ::direct,
                "read-only" to { text -> heap(text).asReadOnlyBuffer() },
                "heap slice" to { text -> heap("##$text").position(2).slice() },
            )

        test("a lent view shows its part of any buffer, wherever that is positioned") {
            for ((name, lend) in lenders) {
                val buffer = lend("__payload__").position(5)
                val view = WsFrameView().lend(WsFrameKind.TEXT, buffer, offset = 2, size = 7)
                withClue(name) {
                    view.kind shouldBe WsFrameKind.TEXT
                    view.size shouldBe 7
                    view[0] shouldBe 'p'.code.toByte()
                    view[6] shouldBe 'd'.code.toByte()
                    view.decodeToString() shouldBe "payload"
                    view.toBytes() shouldBe WsBytes.wrap("payload".toByteArray())
                    view.toFrame() shouldBe WsFrame.text("payload")
                    buffer.position() shouldBe 5
                }
            }
        }

        test("what is kept of a lent view outlives the buffer") {
            val array = byteArrayOf(1, 2, 3)
            val kept = WsFrameView().lend(WsFrameKind.BINARY, ByteBuffer.wrap(array), 0, 3).toFrame()
            array.fill(9)
            kept shouldBe WsFrame.binary(byteArrayOf(1, 2, 3))
        }

        test("a given payload is handed on without a copy") {
            val array = "payload".toByteArray()
            val bytes = WsBytes.wrap(array)
            val view = WsFrameView().give(WsFrameKind.TEXT, bytes)
            view.toBytes() shouldBeSameInstanceAs bytes
            view.toFrame().payload.asByteArray() shouldBeSameInstanceAs array
        }

        test("a given slice is shown like a lent one") {
            val view = WsFrameView().give(WsFrameKind.TEXT, WsBytes.wrap("__payload__".toByteArray(), 2, 7))
            view.size shouldBe 7
            view[0] shouldBe 'p'.code.toByte()
            view.decodeToString() shouldBe "payload"
            view.toFrame() shouldBe WsFrame.text("payload")
        }

        test("what remains in a given buffer is handed on without a copy, wherever it lies in its array") {
            val array = "__payload__".toByteArray()
            val view = WsFrameView().give(WsFrameKind.TEXT, ByteBuffer.wrap(array, 1, 8).slice().position(1))
            view.decodeToString() shouldBe "payload"
            view.toFrame() shouldBe WsFrame.text("payload")
            array[2] = 'P'.code.toByte()
            view.toBytes().decodeToString() shouldBe "Payload"
        }

        test("a buffer without an array of its own cannot be given") {
            for (buffer in listOf(ByteBuffer.allocateDirect(4), heap("abcd").asReadOnlyBuffer())) {
                shouldThrow<IllegalArgumentException> { WsFrameView().give(WsFrameKind.BINARY, buffer) }
            }
        }

        test("an index outside the payload is refused although the buffer goes on") {
            val views =
                listOf(
                    WsFrameView().lend(WsFrameKind.BINARY, heap("abcd"), 1, 2),
                    WsFrameView().give(WsFrameKind.BINARY, WsBytes.wrap("abcd".toByteArray(), 1, 2)),
                )
            for (view in views) {
                shouldThrow<IndexOutOfBoundsException> { view[-1] }
                shouldThrow<IndexOutOfBoundsException> { view[2] }
            }
        }

        test("a payload outside the buffer cannot be lent, not even by overflow") {
            val buffer = heap("abcd").limit(3)
            for ((offset, size) in listOf(-1 to 1, 0 to 4, 3 to 1, 1 to Int.MAX_VALUE, 0 to -1)) {
                shouldThrow<IllegalArgumentException> { WsFrameView().lend(WsFrameKind.BINARY, buffer, offset, size) }
            }
        }

        test("a view shows the frame it was pointed at last, lent after given and given after lent") {
            val view = WsFrameView()
            view.give(WsFrameKind.TEXT, WsBytes.wrap("first".toByteArray()))
            view.lend(WsFrameKind.BINARY, heap("2nd"), 0, 3)
            view.toFrame() shouldBe WsFrame.binary("2nd".toByteArray())
            view.give(WsFrameKind.PING, WsBytes.wrap("third".toByteArray()))
            view.toFrame() shouldBe WsFrame.ping(WsBytes.wrap("third".toByteArray()))
        }

        test("every frame kind can be kept") {
            val frames =
                listOf(
                    WsFrame.text("t"),
                    WsFrame.binary(ByteArray(1)),
                    WsFrame.ping(),
                    WsFrame.pong(),
                    WsFrame.close(4001, "x"),
                )
            frames.forEach { WsFrameView().give(it.kind, it.payload).toFrame() shouldBe it }
        }

        test("after it is taken back, every use throws") {
            val lent = WsFrameView().lend(WsFrameKind.BINARY, heap("abcd"), 0, 4)
            val given = WsFrameView().give(WsFrameKind.BINARY, WsBytes.wrap(ByteArray(4)))
            for (view in listOf(lent, given).onEach { it.takeBack() } + WsFrameView()) {
                val uses: List<() -> Any> =
                    listOf(
                        { view.kind },
                        { view.size },
                        { view[0] },
                        view::toBytes,
                        view::toFrame,
                        view::decodeToString,
                    )
                for (use in uses) {
                    shouldThrow<IllegalStateException> { use() }.message shouldBe
                        "a borrowed frame view was used after its call returned"
                }
            }
        }

        test("toString shows kind and size, never the payload") {
            val view = WsFrameView().lend(WsFrameKind.TEXT, heap("canary"), 0, 6)
            view.toString() shouldBe "TEXT(6 bytes)"
            view.takeBack()
            view.toString() shouldBe "WsFrameView(taken back)"
        }
    })
