package io.github.belay.frame

import io.github.belay.seeded
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll

class WsCloseFrameSpec :
    FunSpec({
        fun payload(
            code: Int,
            vararg reason: Byte,
        ) = WsBytes.wrap(byteArrayOf((code shr 8).toByte(), code.toByte(), *reason))

        test("what was made comes back from its payload") {
            val codes = Arb.element((0..5000).filter(CloseCode::isAllowedOnWire))
            checkAll(seeded(1), codes, Arb.string(0..40)) { code, reason ->
                val close = WsCloseFrame.of(code, reason)
                WsCloseFrame.parse(close.payload()) shouldBe close
                close.code shouldBe code
                close.reason.toString() shouldBe reason
            }
        }

        test("what was parsed has the payload that it was parsed from") {
            checkAll(seeded(2), Arb.int(0..5000), Arb.string(0..20)) { code, reason ->
                val bytes = payload(code, *reason.toByteArray())
                runCatching { WsCloseFrame.parse(bytes).payload() }.getOrDefault(bytes) shouldBe bytes
            }
        }

        test("the payload is the code in network order, then the reason (RFC 6455 section 5.5.1)") {
            WsCloseFrame.of(4001, "bye").payload().toByteArray() shouldBe
                byteArrayOf(0x0F, 0xA1.toByte(), 'b'.code.toByte(), 'y'.code.toByte(), 'e'.code.toByte())
        }

        test("no payload stands for no status (RFC 6455 section 7.1.5)") {
            val empty = WsCloseFrame.parse(WsBytes.EMPTY)
            empty.code shouldBe CloseCode.NO_STATUS
            empty.reason shouldBe WsText.EMPTY
            empty.payload() shouldBe WsBytes.EMPTY
        }

        test("one byte is violation 1002 (RFC 6455 section 5.5.1)") {
            shouldThrow<WsProtocolException> { WsCloseFrame.parse(WsBytes.wrap(byteArrayOf(3))) }.closeCode shouldBe
                1002
        }

        test("every code that must not cross the wire is violation 1002, named in the message (RFC 6455 section 7.4)") {
            for (code in (0..65_535).filterNot(CloseCode::isAllowedOnWire)) {
                val violation = shouldThrow<WsProtocolException> { WsCloseFrame.parse(payload(code)) }
                violation.closeCode shouldBe 1002
                violation.message shouldBe "close code must be allowed on the wire but was $code"
            }
        }

        test("a reason that is not UTF-8 is violation 1007 (RFC 6455 section 8.1)") {
            val malformed = payload(1000, 0xC3.toByte(), 0x28)
            shouldThrow<WsProtocolException> { WsCloseFrame.parse(malformed) }.closeCode shouldBe 1007
        }

        test("a code that must not be sent cannot be made") {
            for (code in listOf(0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_536)) {
                shouldThrow<IllegalArgumentException> { WsCloseFrame.of(code) }.message shouldBe
                    "close code must be allowed on the wire but was $code"
            }
        }

        test("the limit of the reason counts bytes, and the refusal does not repeat it") {
            WsCloseFrame.of(1000, "é".repeat(61) + "x").reason.size shouldBe WsCloseFrame.MAX_REASON_BYTES
            val tooLong = "canary".padEnd(124, '.')
            shouldThrow<IllegalArgumentException> { WsCloseFrame.of(1000, tooLong) }.message shouldBe
                "close reason must take at most 123 bytes but takes 124"
        }

        test("the longest Close frame is the longest control frame") {
            WsCloseFrame.of(1000, "x".repeat(WsCloseFrame.MAX_REASON_BYTES)).payload().size shouldBe
                WsFrame.MAX_CONTROL_BYTES
        }

        test("a reason with line breaks cannot forge a log line") {
            val close = WsCloseFrame.of(1000, "bye\r\nINFO all is well")
            close.toString() shouldBe "code=1000 reason=bye\\u000d\\u000aINFO all is well"
            close.toString() shouldNotContain "\n"
        }

        test("close frames compare by code and reason") {
            WsCloseFrame.of(1000, "a") shouldBe WsCloseFrame.of(1000, "a")
            WsCloseFrame.of(1000, "a").hashCode() shouldBe WsCloseFrame.of(1000, "a").hashCode()
            WsCloseFrame.of(1000, "a") shouldNotBe WsCloseFrame.of(1001, "a")
            WsCloseFrame.of(1000, "a") shouldNotBe WsCloseFrame.of(1000, "b")
        }
    })
