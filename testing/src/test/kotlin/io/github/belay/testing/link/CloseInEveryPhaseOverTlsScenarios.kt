package io.github.belay.testing.link

import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.server.RawWsOptions
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.TransportUnderTest
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import java.net.ServerSocket

/** The same over TLS, and in the middle of its handshake. */
abstract class CloseInEveryPhaseOverTlsScenarios(
    subject: TransportUnderTest,
) : CloseInEveryPhaseScenarios(subject, RawWsOptions(tls = LoopbackTls.selfSigned())) {
    @Test
    fun duringTheTlsHandshake() =
        ServerSocket(0).use { mute ->
            onRealSockets(subject, options) {
                val actor = raw { url("wss://localhost:${mute.localPort}/") }
                actor.tell(WebSocketEvent.Connect)
                mute.accept().use { accepted ->
                    // The client's first words of TLS; they are never answered.
                    accepted.getInputStream().read() shouldBe TLS_HANDSHAKE
                    closesPromptly(actor)
                    ClientSockets.awaitNoneTo(mute.localPort)
                }
            }
        }

    private companion object {
        /** The type of such a record (RFC 5246 section 6.2.1). */
        const val TLS_HANDSHAKE = 22
    }
}
