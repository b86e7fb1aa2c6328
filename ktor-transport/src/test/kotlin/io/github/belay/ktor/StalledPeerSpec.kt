package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.StalledPeerScenarios
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.writeUntilStuck
import io.github.belay.transport.WsLinkEnd
import io.kotest.matchers.shouldBe

/** A peer that has stopped reading: its window is zero, and what was written stays in a write. */
class StalledPeerSpec :
    StalledPeerScenarios(ktor) {
    init {
        test("the socket of a stalled link waits for its neighbours only, and new links do not join them") {
            RawServer {
                accept()
                if ("stalled" in request.first()) hold() else drain()
            }.use { server ->
                KtorTransport().use { transport ->
                    val neighbour = transport.open(server.request("/well"))
                    val stalled = transport.open(server.request("/stalled"))
                    stalled.awaitOpen().writeUntilStuck()
                    stalled.awaitOpen().abort()
                    stalled.awaitClosed() shouldBe WsLinkEnd.Aborted

                    val later = transport.open(server.request("/well"))
                    neighbour.awaitOpen().abort()
                    neighbour.awaitClosed() shouldBe WsLinkEnd.Aborted
                    awaitUntil("only the later link is left") { ClientSockets.heldTo(server.port) == 1 }
                    later.awaitOpen().apply {
                        write(WsFrame.text("still here"))
                        flushed().await() shouldBe null
                    }
                }
            }
        }
    }
}
