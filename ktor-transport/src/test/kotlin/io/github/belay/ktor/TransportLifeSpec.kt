package io.github.belay.ktor

import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.TransportLifeScenarios
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.kotest.core.annotation.Isolate

@Isolate // It counts the selectors of the whole JVM.
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
                    Selectors.awaitNone()
                    transport.open(server.request())
                }
            }
        }
    }
}
