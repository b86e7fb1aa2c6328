package io.github.belay.codec

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class WsDeflateParametersSpec :
    FunSpec({
        test("where nothing was said, contexts are taken over and the window is 32 KiB (RFC 7692 section 7.1)") {
            val parameters = WsDeflateParameters()
            parameters.serverNoContextTakeover shouldBe false
            parameters.clientNoContextTakeover shouldBe false
            parameters.serverMaxWindowBits shouldBe 15
            parameters.level shouldBe WsDeflateConfig().level
            parameters.minBytes shouldBe WsDeflateConfig().minBytes
        }

        test("each side has its own context takeover (RFC 7692 section 7.1.1)") {
            val parameters = WsDeflateParameters(serverNoContextTakeover = true, clientNoContextTakeover = false)
            parameters.noContextTakeover(WsSide.SERVER) shouldBe true
            parameters.noContextTakeover(WsSide.CLIENT) shouldBe false
        }

        test("a window has 8 to 15 bits (RFC 7692 section 7.1.2)") {
            (8..15).forEach { WsDeflateParameters(serverMaxWindowBits = it).serverMaxWindowBits shouldBe it }
            for (bits in listOf(7, 16)) {
                shouldThrow<IllegalArgumentException> { WsDeflateParameters(serverMaxWindowBits = bits) }
                    .message shouldBe "serverMaxWindowBits must be in 8..15 but was $bits"
            }
        }

        test("level and size have the limits of the configuration") {
            shouldThrow<IllegalArgumentException> { WsDeflateParameters(level = 10) }
            shouldThrow<IllegalArgumentException> { WsDeflateParameters(minBytes = -1) }
        }

        test("it shows what was agreed on") {
            WsDeflateParameters(serverMaxWindowBits = 9).toString() shouldContain "serverMaxWindowBits=9"
        }
    })
