package io.github.belay.frame

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs

class WsFrameSpec :
    FunSpec({
        test("the kind is what was stated, also for binary bytes that read as text") {
            val ascii = "{}".toByteArray()
            WsFrame.binary(ascii).kind shouldBe WsFrameKind.BINARY
            WsFrame.text("{}").kind shouldBe WsFrameKind.TEXT
            WsFrame.ping(WsBytes.wrap(ascii)).kind shouldBe WsFrameKind.PING
            WsFrame.pong(WsBytes.wrap(ascii)).kind shouldBe WsFrameKind.PONG
            WsFrame.close().kind shouldBe WsFrameKind.CLOSE
        }

        test("payloads are taken over without a copy") {
            val array = byteArrayOf(1, 2)
            val bytes = WsBytes.wrap(array)
            WsFrame.binary(array).payload.asByteArray() shouldBeSameInstanceAs array
            WsFrame.binary(bytes).payload shouldBeSameInstanceAs bytes
            WsFrame.ping(bytes).payload shouldBeSameInstanceAs bytes
            WsFrame.text(WsText.unchecked(bytes)).payload shouldBeSameInstanceAs bytes
        }

        test("ping and pong carry 125 bytes and no more (RFC 6455 section 5.5)") {
            for (make in listOf<(WsBytes) -> WsFrame>(WsFrame::ping, WsFrame::pong)) {
                make(WsBytes.wrap(ByteArray(125))).payload.size shouldBe 125
                shouldThrow<IllegalArgumentException> { make(WsBytes.wrap(ByteArray(126))) }.message shouldBe
                    "control payload must take at most 125 bytes but takes 126"
            }
        }

        test("a text with an unpaired surrogate is refused, not sent with a '?'") {
            shouldThrow<IllegalArgumentException> { WsFrame.text("a\uD83D") }
        }

        test("a close frame says 1000 unless told otherwise") {
            WsFrame.close().shouldBeInstanceOf<WsFrame.Close>().close shouldBe WsCloseFrame.of(CloseCode.NORMAL)
            WsFrame.close(4001, "bye").payload shouldBe WsCloseFrame.of(4001, "bye").payload()
            shouldThrow<IllegalArgumentException> { WsFrame.close(1005) }
        }

        test("no frame shows its payload in toString") {
            val canary = WsBytes.wrap("canary".toByteArray())
            val frames =
                listOf(
                    WsFrame.text("canary"),
                    WsFrame.binary(canary),
                    WsFrame.ping(canary),
                    WsFrame.pong(canary),
                    WsFrame.close(1000, "canary"),
                )
            frames.forEach { it.toString() shouldNotContain "canary" }
            WsFrame.text("canary").toString() shouldBe "TEXT(6 bytes)"
        }

        test("frames are equal when kind and payload are") {
            WsFrame.text("a") shouldBe WsFrame.text("a")
            WsFrame.text("a").hashCode() shouldBe WsFrame.text("a").hashCode()
            WsFrame.text("a") shouldNotBe WsFrame.text("b")
            WsFrame.text("a") shouldNotBe WsFrame.binary("a".toByteArray())
            WsFrame.ping() shouldNotBe WsFrame.pong()
            WsFrame.close(1000) shouldBe WsFrame.Close(WsCloseFrame.of(1000))
        }
    })
