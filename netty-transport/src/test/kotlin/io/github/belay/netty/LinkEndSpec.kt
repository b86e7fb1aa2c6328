package io.github.belay.netty

import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.LinkEndScenarios
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.closeFrame
import io.github.belay.testing.wire.ending
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.transport.WsLinkEnd
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.concurrent.CountDownLatch

class LinkEndSpec :
    LinkEndScenarios(netty) {
    init {
        test("our Close frame is answered, and the link ends in order when the peer closes") {
            netty.ending(
                script = {
                    readFrame()
                    send(closeFrame(1000))
                },
                drive = { link ->
                    link.awaitOpen().run {
                        write(WsFrame.close(1000))
                        flushed().await() shouldBe null
                    }
                },
            ) { link, end ->
                end shouldBe WsLinkEnd.EndOfStream
                link.frames shouldBe listOf(WsFrame.close(1000))
            }
        }

        test("a Close frame that came before a failed write is heard") {
            val isReset = CountDownLatch(1)
            RawServer {
                accept()
                readFrame()
                send(closeFrame(4000))
                reset()
                isReset.countDown()
            }.use { server ->
                NettyTransport().use { transport ->
                    val link = transport.open(server.request())
                    val session = link.awaitOpen()
                    session.setReading(false)
                    session.write(WsFrame.text("go"))
                    session.flushed().await() shouldBe null
                    isReset.await()
                    session.write(WsFrame.text("too late"))
                    session.flush { }
                    session.setReading(true)
                    link.awaitClosed().shouldBeInstanceOf<WsLinkEnd.Failed>()
                    link.frames shouldBe listOf(WsFrame.close(4000))
                }
            }
        }

        test("after the end of the loops a session is as dead as after any end") {
            RawServer {
                accept()
                drain()
            }.use { server ->
                val transport = NettyTransport()
                val link = transport.open(server.request())
                val session = link.awaitOpen()
                transport.close()
                link.awaitClosed() shouldBe WsLinkEnd.Aborted
                awaitUntil("the loops have ended") { ownThreads() == 0 }
                session.setReading(true)
                session.write(WsFrame.text("x"))
                session.flushed().await().shouldNotBeNull()
                session.abort()
                session.isWritable shouldBe false
            }
        }
    }
}
