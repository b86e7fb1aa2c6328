package io.github.belay.testing.wire

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.RecordingListener
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds

abstract class ReadingScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        fun carrying(
            script: RawPeer.() -> Unit,
            check: (RecordingListener) -> Unit,
        ) {
            RawServer {
                accept()
                script()
                drain()
            }.use { server ->
                subject.newTransport().use { transport ->
                    val link = transport.open(server.request())
                    check(link)
                    link.assertContractKept()
                }
            }
        }

        test("frames arrive in order, in bursts that each end with a completed read") {
            carrying({ repeat(500) { send(textFrame("$it")) } }) { link ->
                link.awaitFrames(500) shouldBe List(500) { WsFrame.text("$it") }
                awaitUntil("the last burst has ended") { link.events.last() == ListenerEvent.ReadCompleted }
                val bursts = link.events.count { it == ListenerEvent.ReadCompleted }
                bursts shouldBeInRange (500 / subject.maxBurst + 1)..500
            }
        }

        test("frames that come in one write come in few bursts, none of them too long") {
            carrying({ send((0 until 300).map { textFrame("$it") }.reduce(ByteArray::plus)) }) { link ->
                link.awaitFrames(300)
                var inBurst = 0
                var longest = 0
                for (event in link.events) {
                    if (event is ListenerEvent.FrameCame) longest = maxOf(longest, ++inBurst) else inBurst = 0
                }
                longest shouldBeInRange 2..subject.maxBurst
            }
        }

        test("all kinds arrive as what they are") {
            val sent =
                listOf(
                    WsFrame.text("täxt"),
                    WsFrame.binary(byteArrayOf(0, -1)),
                    WsFrame.ping(),
                    WsFrame.pong(WsBytes.wrap(byteArrayOf(7))),
                    WsFrame.text(""),
                )
            carrying({
                send(textFrame("täxt"))
                send(frame(opcode = 2, byteArrayOf(0, -1)))
                send(frame(opcode = 9))
                send(frame(opcode = 10, byteArrayOf(7)))
                send(textFrame(""))
            }) { it.awaitFrames(5) shouldBe sent }
        }

        test("fragments arrive as one message, and what came between them before it") {
            carrying({
                send(frame(opcode = 1, "Hä".toByteArray().copyOf(2), isFinal = false))
                send(frame(opcode = 9, "between".toByteArray()))
                send(frame(opcode = 0, "Hä".toByteArray().copyOfRange(2, 3), isFinal = false))
                send(frame(opcode = 0, "llo".toByteArray()))
                send(frame(opcode = 2, byteArrayOf(1)))
            }) {
                it.awaitFrames(3).map { frame -> frame.payload.decodeToString() } shouldBe
                    listOf("between", "Hällo", "\u0001")
            }
        }

        test("a view is of no use after its call") {
            carrying({ send(textFrame("borrowed")) }) { link ->
                link.awaitFrame()
                awaitUntil("the call has returned") { link.events.last() == ListenerEvent.ReadCompleted }
                shouldThrow<IllegalStateException> { checkNotNull(link.keptView).toFrame() }
            }
        }

        test("a large message arrives whole") {
            val large = ByteArray(3_000_000) { it.toByte() }
            carrying({ send(frame(opcode = 2, large)) }) { it.awaitFrame() shouldBe WsFrame.binary(large) }
        }

        test("while reading is off nothing arrives and the peer is held back; then everything does") {
            val sent = AtomicInteger()
            val stop = CountDownLatch(1)
            val block = frame(opcode = 2, ByteArray(MEGABYTE))
            RawServer {
                accept()
                while (stop.count > 0) {
                    send(block)
                    sent.incrementAndGet()
                }
                send(textFrame("end"))
                drain()
            }.use { server ->
                subject.newTransport().use { transport ->
                    val link = transport.open(server.request())
                    val session = link.awaitOpen()
                    link.awaitFrame()
                    session.setReading(false)
                    awaitUntil("the peer is stuck") { isStill(sent) }
                    val held = link.frames.size
                    link.staysWithout(200.milliseconds) { link.frames.size > held } shouldBe true
                    val ahead = subject.maxFramesAhead + subject.bufferedBytes / MEGABYTE + KERNEL_MEGABYTES
                    sent.get() - held shouldBeInRange 0..ahead

                    stop.countDown()
                    session.setReading(true)
                    awaitUntil("the end has come") { link.frames.lastOrNull() == WsFrame.text("end") }
                    link.frames.size shouldBe sent.get() + 1
                    link.assertContractKept()
                }
            }
        }
    })

private const val MEGABYTE = 1024 * 1024

/** What the buffers of both sockets take. */
private const val KERNEL_MEGABYTES = 12

/** True if [counter] does not move for a moment. */
private fun isStill(counter: AtomicInteger): Boolean {
    val before = counter.get()
    return before > 0 && runCatching { awaitUntil("moved", 300.milliseconds) { counter.get() != before } }.isFailure
}
