package io.github.belay.transport

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class WsLinkEndSpec :
    FunSpec({
        test("every end has a name fit for a log") {
            WsLinkEnd.EndOfStream.toString() shouldBe "EndOfStream"
            WsLinkEnd.Aborted.toString() shouldBe "Aborted"
            WsLinkEnd.Failed("connection reset").toString() shouldBe "Failed(connection reset)"
        }
    })
