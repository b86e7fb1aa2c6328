package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.TransportLifeScenarios
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsLinkEnd
import io.kotest.core.annotation.Isolate
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf

@Isolate // Counts the selectors of the whole JVM.
class TransportLifeSpec :
    TransportLifeScenarios(ktor) {
    init {
        test("a transport without links keeps nothing open") {
            RawServer {
                accept()
                drain()
            }.use { server ->
                KtorTransport().use { transport ->
                    transport.open(server.request()).run {
                        awaitOpen().abort()
                        awaitClosed()
                    }
                    ClientSockets.awaitNoneTo(server.port)
                    awaitUntil("no selector is left") { selectors() == 0 }
                    transport.open(server.request())
                }
            }
        }
    }
}
