package io.github.belay.transport

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe

class WsLinkEndSpec :
    FunSpec({
        test("every end has a name fit for a log") {
            WsLinkEnd.EndOfStream.toString() shouldBe "EndOfStream"
            WsLinkEnd.Aborted.toString() shouldBe "Aborted"
            WsLinkEnd.Failed("connection reset").toString() shouldBe "Failed(connection reset)"
        }

        test("a foreign message is escaped and cut") {
            WsLinkEnd.Failed("reset\r\nforged line").message shouldBe "reset\\u000d\\u000aforged line"
            WsLinkEnd.Failed("x".repeat(10_000)).message.length shouldBeLessThan 300
        }
    })
