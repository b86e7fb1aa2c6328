package io.github.belay.frame

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

class CloseCodeSpec :
    FunSpec({
        test("of all codes, the wire carries the registered and the private ones only (RFC 6455 section 7.4)") {
            val registered = (1000..1003) + (1007..1014)
            val libraryAndPrivate = 3000..4999
            (0..65_535).filter(CloseCode::isAllowedOnWire) shouldContainExactly registered + libraryAndPrivate
        }

        test("a number below 0 is no code") {
            CloseCode.isAllowedOnWire(-536) shouldBe false
        }

        test("the names stand for the numbers of the registry") {
            with(CloseCode) {
                listOf(NORMAL, GOING_AWAY, PROTOCOL_ERROR, UNSUPPORTED_DATA) shouldContainExactly (1000..1003).toList()
                listOf(NO_STATUS, ABNORMAL, INVALID_PAYLOAD, POLICY_VIOLATION) shouldContainExactly
                    (1005..1008).toList()
                listOf(MESSAGE_TOO_BIG, MANDATORY_EXTENSION, INTERNAL_ERROR) shouldContainExactly (1009..1011).toList()
                listOf(SERVICE_RESTART, TRY_AGAIN_LATER, BAD_GATEWAY, TLS_HANDSHAKE) shouldContainExactly
                    (1012..1015).toList()
            }
        }
    })
