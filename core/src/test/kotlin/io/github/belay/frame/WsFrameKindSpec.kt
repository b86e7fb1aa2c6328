package io.github.belay.frame

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly

class WsFrameKindSpec :
    FunSpec({
        test("ping, pong and Close are the control frames (RFC 6455 section 5.5)") {
            WsFrameKind.entries.filter { it.isControl } shouldContainExactly
                listOf(WsFrameKind.PING, WsFrameKind.PONG, WsFrameKind.CLOSE)
        }
    })
