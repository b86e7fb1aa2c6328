package io.github.belay.testing.wire

import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.RecordingListener
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.transport.WsLinkEnd
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** Every link ends with one word about how. */
abstract class LinkEndScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        test("a FIN without a Close frame is the end of the stream, if it can be told, after the frames before it") {
            subject.ending({ send(textFrame("last words")) }) { link, end ->
                subject.shouldBeFin(end)
                link.frames shouldBe listOf(WsFrame.text("last words"))
            }
        }

        test("a FIN inside a frame is the end of the stream, if it can be told") {
            subject.ending({ send(textFrame("cut off").copyOf(5)) }) { link, end ->
                subject.shouldBeFin(end)
                link.frames shouldBe emptyList()
            }
        }

        test("a reset is a failure") {
            subject.ending(
                script = {
                    readFrame()
                    reset()
                },
                drive = { it.awaitOpen().run { write(WsFrame.text("go")).also { flushed() } } },
            ) { _, end -> end.shouldBeInstanceOf<WsLinkEnd.Failed>() }
        }

        test("a reset found by writing is a failure") {
            subject.ending(
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
            subject.ending({ drain() }, drive = { link -> repeat(3) { link.awaitOpen().abort() } }) { _, end ->
                end shouldBe WsLinkEnd.Aborted
            }
        }

        test("a peer that has closed and goes is not waited for") {
            subject.ending({ send(closeFrame(4000)) }) { link, end ->
                end shouldBe WsLinkEnd.EndOfStream
                link.frames shouldBe listOf(WsFrame.close(4000))
            }
        }

        test("a peer that leaves at our Close frame leaves its flush a success") {
            repeat(50) {
                lateinit var closing: FlushResult
                subject.ending(
                    script = { readFrame() },
                    drive = {
                        it.awaitOpen().run {
                            write(WsFrame.close(1000))
                            closing = flushed()
                        }
                    },
                ) { _, end ->
                    subject.shouldBeFin(end)
                    closing.await() shouldBe null
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
            }.use { server ->
                subject.newTransport().use { transport ->
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
                subject.newTransport().use { transport ->
                    transport.connect(server.request(), listener)
                    listener.awaitClosed().shouldBeInstanceOf<WsLinkEnd.Failed>().message shouldBe
                        "the listener threw IllegalStateException"
                    ClientSockets.awaitNoneTo(server.port)
                }
            }
        }
    })

/** Opens a link to a server that does [script], does [drive] with it, waits for its end and looks at it with [check]. */
fun TransportUnderTest.ending(
    script: RawPeer.() -> Unit,
    drive: (RecordingListener) -> Unit = {},
    check: (RecordingListener, WsLinkEnd) -> Unit,
) {
    RawServer {
        accept()
        script()
    }.use { server ->
        newTransport().use { transport ->
            val link = transport.open(server.request())
            drive(link)
            check(link, link.awaitClosed())
            ClientSockets.awaitNoneTo(server.port)
            link.assertContractKept()
        }
    }
}

private fun TransportUnderTest.shouldBeFin(end: WsLinkEnd) {
    if (tellsEndFromFailure) end shouldBe WsLinkEnd.EndOfStream else end.shouldBeInstanceOf<WsLinkEnd.Failed>()
}
