package io.github.belay.ktor

import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.TestCertificate
import io.github.belay.testing.wire.TlsScenarios
import io.github.belay.testing.wire.shouldFail
import io.github.belay.transport.WsTlsConfig
import io.kotest.matchers.string.shouldContain

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
