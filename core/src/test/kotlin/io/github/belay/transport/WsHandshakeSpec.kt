package io.github.belay.transport

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class WsHandshakeSpec :
    FunSpec({
        test("it holds what the server agreed to") {
            val handshake = WsHandshake(WsHeaders.of("Server", "x"), "v1")
            handshake.subprotocol shouldBe "v1"
            handshake.headers["server"] shouldBe "x"
        }

        test("toString shows no header value and no subprotocol, which may be credentials") {
            WsHandshake(WsHeaders.of("Set-Cookie", "canary"), "canary").toString() shouldBe
                "WsHandshake(subprotocol=***)"
            WsHandshake(WsHeaders.EMPTY, subprotocol = null).toString() shouldBe "WsHandshake(subprotocol=none)"
        }
    })
