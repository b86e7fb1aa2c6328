package io.github.belay.testing.wire

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsLinkEnd
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.milliseconds

abstract class WritingScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        test("frames of all kinds and sizes arrive in the order of their writing") {
            Reads(subject).use { peer ->
                peer.mayRead.countDown()
                val sizes = listOf(0, 1, 125, 126, 65_535, 65_536, 300_000)
                for (size in sizes) peer.session.write(WsFrame.binary(ByteArray(size) { it.toByte() }))
                peer.session.write(WsFrame.text("tëxt"))
                peer.session.write(WsFrame.ping(WsBytes.wrap(byteArrayOf(1))))
                peer.session.write(WsFrame.pong(WsBytes.wrap(byteArrayOf(2))))
                peer.session.flushed().await() shouldBe null

                val arrived = peer.awaitFrames(sizes.size + 3)
                arrived.map { it.opcode } shouldBe sizes.map { 2 } + listOf(1, 9, 10)
                arrived.all { it.isFinal } shouldBe true
                sizes.forEachIndexed { index, size -> arrived[index].payload shouldBe ByteArray(size) { it.toByte() } }
                arrived[sizes.size].text shouldBe "tëxt"
            }
        }

        test("nothing is sent before a flush; what is written while one is under way leaves with it or with the next") {
            Reads(subject).use { peer ->
                peer.mayRead.countDown()
                peer.session.write(WsFrame.text("flushed"))
                peer.link.staysWithout(100.milliseconds) { peer.frames.isNotEmpty() } shouldBe true
                val flush = peer.session.flushed()
                peer.session.write(WsFrame.text("written meanwhile"))
                flush.await() shouldBe null
                peer.awaitFrames(1).first().text shouldBe "flushed"
                peer.session.flushed().await() shouldBe null
                peer.awaitFrames(2).last().text shouldBe "written meanwhile"
            }
        }

        test("many flushes in a row are each answered once, and the frames stay in order") {
            Reads(subject).use { peer ->
                peer.mayRead.countDown()
                val flushes =
                    List(2_000) {
                        peer.session.write(WsFrame.text("$it"))
                        peer.session.flushed()
                    }
                flushes.forEach { it.await() shouldBe null }
                peer.awaitFrames(2_000).map { it.text } shouldBe List(2_000) { "$it" }
                flushes.sumOf { it.calls } shouldBe 2_000
            }
        }

        test("a slice of a larger array is sent as that slice") {
            Reads(subject).use { peer ->
                peer.mayRead.countDown()
                peer.session.write(WsFrame.binary(WsBytes.wrap(byteArrayOf(1, 2, 3, 4), offset = 1, size = 2)))
                peer.session.flushed().await() shouldBe null
                peer.awaitFrames(1).single().payload shouldBe byteArrayOf(2, 3)
            }
        }

        test("a session with too much written is not writable, and says when it is again") {
            Reads(subject).use { peer ->
                peer.session.isWritable shouldBe true
                val block = WsFrame.binary(ByteArray(16 * 1024))
                repeat(4) { peer.session.write(block) }
                peer.session.isWritable shouldBe false
                peer.link.events.contains(ListenerEvent.BecameWritable) shouldBe false
                peer.mayRead.countDown()
                peer.session.flushed().await() shouldBe null
                peer.link.awaitWritable()
                peer.session.isWritable shouldBe true
            }
        }

        test("what the peer does not read is counted, however much of it the library would take") {
            Reads(subject).use { peer ->
                val stuck = peer.session.writeUntilStuck()
                repeat(8) { peer.session.write(WsFrame.binary(ByteArray(16 * 1024))) }
                peer.session.isWritable shouldBe false
                stuck.isDone shouldBe false
                peer.mayRead.countDown()
                stuck.await() shouldBe null
                peer.session.flushed().await() shouldBe null
                peer.session.isWritable shouldBe true
            }
        }

        test("an abort answers each flush once, and later ones at once") {
            Reads(subject).use { peer ->
                val flushes = listOf(peer.session.writeUntilStuck(), peer.session.flushed(), peer.session.flushed())
                peer.session.abort()
                peer.link.awaitClosed() shouldBe WsLinkEnd.Aborted
                flushes.forEach {
                    it.await().shouldNotBeNull()
                    it.calls shouldBe 1
                }
                peer.session.write(WsFrame.text("dropped"))
                peer.session
                    .flushed()
                    .await()
                    .shouldNotBeNull()
                peer.session.isWritable shouldBe false
            }
        }

        test("a flush listener that throws leaves the link and the other listeners alone") {
            Reads(subject).use { peer ->
                peer.mayRead.countDown()
                peer.session.write(WsFrame.text("first"))
                peer.session.flush { error("a bug of the flush listener") }
                peer.session.write(WsFrame.text("second"))
                peer.session.flushed().await() shouldBe null
                peer.awaitFrames(2)
            }
        }

        test("the death of the connection answers each flush once") {
            Reads(subject).use { peer ->
                val flushes = listOf(peer.session.writeUntilStuck(), peer.session.flushed())
                peer.server.awaitPeer().reset()
                flushes.forEach {
                    it.await().shouldNotBeNull()
                    it.calls shouldBe 1
                }
                peer.link.awaitClosed()
                ClientSockets.awaitNoneTo(peer.server.port)
            }
        }
    })

/** A server that keeps what it reads, and a link to it. */
class Reads(
    subject: TransportUnderTest,
) : AutoCloseable {
    val frames = CopyOnWriteArrayList<RawFrame>()
    val mayRead = CountDownLatch(1)
    val server =
        RawServer {
            accept()
            mayRead.await()
            while (true) frames += readFrame()
        }
    val transport = subject.newTransport()
    val link =
        transport.open(
            server.request(
                buffers =
                    WsBuffers(
                        writeBufferBytes = 4096,
                        maxWriteBufferBytes =
                            64 * 1024,
                    ),
            ),
        )
    val session = link.awaitOpen()

    fun awaitFrames(count: Int): List<RawFrame> {
        awaitUntil("$count frames have arrived") { frames.size >= count }
        return frames.toList()
    }

    override fun close() {
        transport.close()
        server.close()
        link.assertContractKept()
    }
}
