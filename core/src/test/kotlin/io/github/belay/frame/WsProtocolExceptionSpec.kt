package io.github.belay.frame

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class WsProtocolExceptionSpec :
    FunSpec({
        test("it carries the code that fails the connection and the rule that was broken") {
            val violation = WsProtocolException(CloseCode.INVALID_PAYLOAD, "text must be UTF-8")
            violation.closeCode shouldBe 1007
            violation.message shouldBe "text must be UTF-8"
        }
    })
