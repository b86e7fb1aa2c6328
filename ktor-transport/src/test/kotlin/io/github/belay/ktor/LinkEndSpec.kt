package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.RecordingListener
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.FlushResult
import io.github.belay.testing.wire.RawFrame
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.closeFrame
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsLinkEnd
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** Every link ends with one word about how. */
class LinkEndSpec :
    FunSpec({
        fun ending(
            script: RawPeer.() -> Unit,
            drive: (RecordingListener) -> Unit = {},
            check: (RecordingListener, WsLinkEnd) -> Unit,
        ) {
            RawServer {
                accept()
                script()
            }.use { server ->
                KtorTransport().use { transport ->
                    val link = transport.open(server.request())
                    drive(link)
                    check(link, link.awaitClosed())
                    ClientSockets.awaitNoneTo(server.port)
                    link.assertContractKept()
                }
            }
        }

        test("a FIN without a Close frame is a failure, after the frames before it") {
            ending({ send(textFrame("last words")) }) { link, end ->
                end.shouldBeInstanceOf<WsLinkEnd.Failed>()
                link.frames shouldBe listOf(WsFrame.text("last words"))
            }
        }

        test("a FIN inside a frame is a failure") {
            ending({ send(textFrame("cut off").copyOf(5)) }) { link, end ->
                end.shouldBeInstanceOf<WsLinkEnd.Failed>()
                link.frames shouldBe emptyList()
            }
        }

        test("a reset is a failure") {
            ending(
                script = {
                    readFrame()
                    reset()
                },
                drive = { it.awaitOpen().run { write(WsFrame.text("go")).also { flushed() } } },
            ) { _, end -> end.shouldBeInstanceOf<WsLinkEnd.Failed>() }
        }

        test("a reset found by writing is a failure") {
            ending(
                script = {
                    readFrame()
                    reset()
                },
                drive = {
                    it.awaitOpen().run {
                        setReading(false)
                        write(WsFrame.text("go"))
                        flushed()
                        while (isWritable) {
                            write(WsFrame.text("more"))
                            flushed().await()
                        }
                    }
                },
            ) { _, end -> end.shouldBeInstanceOf<WsLinkEnd.Failed>() }
        }

        test("an abort is an abort, however often") {
            ending({ drain() }, drive = { link -> repeat(3) { link.awaitOpen().abort() } }) { _, end ->
                end shouldBe WsLinkEnd.Aborted
            }
        }

        test("the peer's Close frame comes as a frame; the link ends when ours is out") {
            val answer = CompletableFuture<RawFrame>()
            ending(
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

        test("a peer that has closed and goes is not waited for") {
            ending({ send(closeFrame(4000)) }) { link, end ->
                end shouldBe WsLinkEnd.EndOfStream
                link.frames shouldBe listOf(WsFrame.close(4000))
            }
        }

        test("our Close frame is answered, and what the peer sends before its own still comes") {
            ending(
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

        test("a peer that leaves at our Close frame leaves its flush a success") {
            repeat(50) {
                lateinit var closing: FlushResult
                ending(
                    script = { readFrame() },
                    drive = {
                        it.awaitOpen().run {
                            write(WsFrame.close(1000))
                            closing = flushed()
                        }
                    },
                ) { _, end ->
                    end.shouldBeInstanceOf<WsLinkEnd.Failed>()
                    closing.await() shouldBe null
                }
            }
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

        test("a link goes on when the listener writes from within its calls") {
            val listener =
                object : RecordingListener() {
                    override fun onEvent(event: ListenerEvent) {
                        if (event is ListenerEvent.FrameCame) {
                            awaitOpen().write(event.frame)
                            awaitOpen().flush { }
                        }
                    }
                }
            RawServer {
                accept()
                repeat(100) {
                    send(textFrame("$it"))
                    readFrame().text shouldBe "$it"
                }
                send(closeFrame(1000))
                drain()
            }.use { server ->
                KtorTransport().use { transport ->
                    transport.connect(server.request(), listener)
                    listener.awaitClosed() shouldBe WsLinkEnd.EndOfStream
                    listener.frames.size shouldBe 101
                }
            }
        }

        test("a listener that throws ends its own link") {
            val listener =
                object : RecordingListener() {
                    override fun onEvent(event: ListenerEvent) {
                        if (event is ListenerEvent.FrameCame) error("a bug of the listener")
                    }
                }
            RawServer {
                accept()
                send(textFrame("x"))
                drain()
            }.use { server ->
                KtorTransport().use { transport ->
                    transport.connect(server.request(), listener)
                    listener.awaitClosed().shouldBeInstanceOf<WsLinkEnd.Failed>().message shouldBe
                        "the listener threw IllegalStateException"
                    ClientSockets.awaitNoneTo(server.port)
                }
            }
        }
    })
