package io.github.belay.testing.wire

import io.github.belay.frame.WsFrame
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportSession
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** A peer that has stopped reading: its window is zero, and what was written stays in a write. */
abstract class StalledPeerScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        test("abort leaves no socket when the peer does not read") {
            RawServer {
                accept()
                hold()
            }.use { server ->
                subject.newTransport().use { transport ->
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
                subject.newTransport().use { transport ->
                    val link = transport.open(server.request(scheme = "wss", host = "localhost", tls = tls.clientTrust))
                    link.awaitOpen().writeUntilStuck()
                    link.awaitOpen().abort()
                    link.awaitClosed() shouldBe WsLinkEnd.Aborted
                    ClientSockets.awaitNoneTo(server.port)
                }
            }
        }

        test("closing the transport leaves no socket when the peer does not read") {
            RawServer {
                accept()
                hold()
            }.use { server ->
                val transport = subject.newTransport()
                val link = transport.open(server.request())
                link.awaitOpen().writeUntilStuck()
                transport.close()
                link.awaitClosed() shouldBe WsLinkEnd.Aborted
                ClientSockets.awaitNoneTo(server.port)
            }
        }
    })
