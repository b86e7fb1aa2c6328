package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.writeUntilStuck
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportSession
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** A peer that has stopped reading: its window is zero, and what was written stays in a write. */
class StalledPeerSpec :
    FunSpec({
        test("abort leaves no socket when the peer does not read") {
            RawServer {
                accept()
                hold()
            }.use { server ->
                KtorTransport().use { transport ->
                    val link = transport.open(server.request())
                    val stuck = link.awaitOpen().writeUntilStuck()
                    link.awaitOpen().abort()

                    link.awaitClosed() shouldBe WsLinkEnd.Aborted
                    stuck.await().shouldNotBeNull()
                    stuck.calls shouldBe 1
                    ClientSockets.awaitNoneTo(server.port)
                    link.assertContractKept()
                }
            }
        }

        test("abort leaves no socket over TLS either") {
            val tls = LoopbackTls.selfSigned()
            RawServer(tls.serverContext) {
                accept()
                hold()
            }.use { server ->
                KtorTransport().use { transport ->
                    val link = transport.open(server.request(scheme = "wss", host = "localhost", tls = tls.clientTrust))
                    link.awaitOpen().writeUntilStuck()
                    link.awaitOpen().abort()
                    link.awaitClosed() shouldBe WsLinkEnd.Aborted
                    ClientSockets.awaitNoneTo(server.port)
                }
            }
        }

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

        test("closing the transport leaves no socket when the peer does not read") {
            RawServer {
                accept()
                hold()
            }.use { server ->
                val transport = KtorTransport()
                val link = transport.open(server.request())
                link.awaitOpen().writeUntilStuck()
                transport.close()
                link.awaitClosed() shouldBe WsLinkEnd.Aborted
                ClientSockets.awaitNoneTo(server.port)
            }
        }
    })
