package io.github.belay.codec

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly

class WsOpcodeSpec :
    FunSpec({
        test("the opcodes are those of RFC 6455 section 5.2") {
            listOf(WsOpcode.CONTINUATION, WsOpcode.TEXT, WsOpcode.BINARY) shouldContainExactly listOf(0x0, 0x1, 0x2)
            listOf(WsOpcode.CLOSE, WsOpcode.PING, WsOpcode.PONG) shouldContainExactly listOf(0x8, 0x9, 0xA)
        }
    })
