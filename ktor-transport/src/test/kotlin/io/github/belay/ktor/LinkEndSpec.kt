package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.wire.LinkEndScenarios
import io.github.belay.testing.wire.RawFrame
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.closeFrame
import io.github.belay.testing.wire.ending
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsLinkEnd
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** Every link ends with one word about how. */
class LinkEndSpec :
    LinkEndScenarios(ktor) {
    init {
        test("the peer's Close frame comes as a frame; the link ends when ours is out") {
            val answer = CompletableFuture<RawFrame>()
            ktor.ending(
                script = {
                    send(closeFrame(4001, "bye"))
                    answer.complete(readFrame())
                    drain()
                },
                drive = {
                    it.awaitFrame() shouldBe WsFrame.close(4001, "bye")
                    it.awaitOpen().run {
                        write(WsFrame.close(4001))
                        flushed().await() shouldBe null
                    }
                },
            ) { _, end ->
                end shouldBe WsLinkEnd.EndOfStream
                answer.get(RawServer.PATIENCE_SECONDS, TimeUnit.SECONDS).opcode shouldBe 8
            }
        }

        test("our Close frame is answered, and what the peer sends before its own still comes") {
            ktor.ending(
                script = {
                    readFrame()
                    send(textFrame("on its way"))
                    send(closeFrame(1000))
                    drain()
                },
                drive = {
                    it.awaitOpen().run {
                        write(WsFrame.close(1000))
                        flushed().await() shouldBe null
                    }
                    it.awaitFrames(2) shouldBe listOf(WsFrame.text("on its way"), WsFrame.close(1000))
                },
            ) { _, end -> end shouldBe WsLinkEnd.EndOfStream }
        }

        test("over TLS the answer to a Close frame gets out before the link is taken down") {
            val tls = LoopbackTls.selfSigned()
            repeat(10) {
                val answer = CompletableFuture<RawFrame>()
                RawServer(tls.serverContext) {
                    accept()
                    send(closeFrame(1000))
                    answer.complete(readFrame())
                    drain()
                }.use { server ->
                    KtorTransport().use { transport ->
                        val link =
                            transport.open(
                                server.request(scheme = "wss", host = "localhost", tls = tls.clientTrust),
                            )
                        link.awaitFrame()
                        link.awaitOpen().run {
                            write(WsFrame.close(1000))
                            flush { }
                        }
                        link.awaitClosed() shouldBe WsLinkEnd.EndOfStream
                        answer.get(RawServer.PATIENCE_SECONDS, TimeUnit.SECONDS).opcode shouldBe 8
                    }
                }
            }
        }
    }
}
