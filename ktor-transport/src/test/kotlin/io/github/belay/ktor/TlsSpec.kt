package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.TestCertificate
import io.github.belay.testing.wire.TlsScenarios
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.shouldFail
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsTlsConfig
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

class TlsSpec :
    TlsScenarios(ktor) {
    init {
        test("a server of TLS 1.3 alone is a failure of TLS") {
            RawServer(TestCertificate.selfSigned().serverContext, protocols = arrayOf("TLSv1.3")) { accept() }.use {
                ktor.shouldFail(it, "localhost", WsTlsConfig.insecure()) shouldContain "ProtocolVersion"
            }
        }
    }
}
