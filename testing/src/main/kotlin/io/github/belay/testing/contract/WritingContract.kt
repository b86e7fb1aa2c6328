package io.github.belay.testing.contract

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** How frames leave. */
@Suppress("MagicNumber", "UndocumentedPublicFunction") // As in any test: names are sentences, and values are examples.
public interface WritingContract : ContractPart {
    @Test
    public fun writesKeepTheirOrder() {
        val link = rig.open()
        val sent = List(MANY) { WsFrame.text("message $it ✓") }
        val flushes = sent.chunked(BATCH).map { link.send(*it.toTypedArray()) }
        sent.forEach { assertEquals(it, link.connection.receive()) }
        flushes.forEach { it.awaitSuccess() }
    }

    @Test
    public fun everyKindOfFrameLeavesAsItIs() {
        val link = rig.open()
        val payload = WsBytes.copyOf(ByteArray(WsFrame.MAX_CONTROL_BYTES) { it.toByte() })
        val sent =
            listOf(
                WsFrame.text(""),
                WsFrame.binary(ByteArray(0)),
                WsFrame.binary(ByteArray(MANY) { it.toByte() }),
                WsFrame.pong(payload),
                WsFrame.close(4001, "bye ✓"),
            )
        link.send(*sent.toTypedArray()).awaitSuccess()
        sent.forEach { assertEquals(it, link.connection.receive()) }
    }

    @Test
    public fun aPingOfOursIsAnsweredToTheListener() {
        val link = rig.open()
        val payload = WsBytes.copyOf(byteArrayOf(1, 2, 3))
        link.send(WsFrame.ping(payload)).awaitSuccess()
        assertEquals(WsFrame.pong(payload), link.listener.awaitFrame())
    }

    @Test
    public fun aLargeMessageLeavesWhole() {
        val link = rig.open()
        val sent = WsFrame.binary(ByteArray(LARGE_BYTES) { (it * 31).toByte() })
        val flush = link.send(sent)
        assertEquals(sent, link.connection.receive())
        flush.awaitSuccess()
    }

    @Test
    public fun nothingIsSentBeforeTheFlush() {
        val link = rig.open()
        link.session.write(WsFrame.text("a"))
        assertNull(link.connection.receive(rig.quietTime), "a frame was sent before the flush")
        link.flush().awaitSuccess()
        assertEquals(WsFrame.text("a"), link.connection.receive())
    }

    @Test
    public fun eachFlushIsHeardExactlyOnceEvenWithNothingWritten() {
        val link = rig.open()
        val flushes =
            List(BATCH) { number ->
                if (number % 2 ==
                    0
                ) {
                    link.flush()
                } else {
                    link.send(WsFrame.text("$number"))
                }
            }
        flushes.forEach { it.awaitSuccess() }
        link.session.abort()
        link.listener.awaitClosed()
        assertEquals(List(BATCH) { 1 }, flushes.map { it.timesHeard })
    }

    @Test
    public fun aListenerMayWriteAndFlushWithinACall() {
        val listener =
            rig.listener { session, event ->
                if (event is ListenerEvent.FrameCame) session.write(event.frame)
                if (event == ListenerEvent.ReadCompleted) session.flush { }
            }
        val link = rig.open(listener = listener)
        val sent = List(MANY) { WsFrame.text("$it") }
        link.connection.send(*sent.toTypedArray())
        sent.forEach { assertEquals(it, link.connection.receive()) }
    }

    @Test
    public fun writersOnSeveralThreadsKeepTheirOwnOrderAndLoseNothing() {
        val link = rig.open()
        val writing =
            List(WRITERS) { writer ->
                CompletableFuture.runAsync { repeat(BATCH) { link.send(WsFrame.text("$writer $it")).awaitSuccess() } }
            }
        val received =
            List(WRITERS * BATCH) {
                link.connection
                    .receive()
                    .payload
                    .decodeToString()
            }
        writing.forEach { it.get(rig.patience.inWholeMilliseconds, TimeUnit.MILLISECONDS) }
        for (writer in 0 until WRITERS) {
            assertEquals(List(BATCH) { "$writer $it" }, received.filter { it.startsWith("$writer ") })
        }
    }

    @Test
    public fun aPeerThatReadsAgainMakesTheSessionWritableAndLosesNothing() {
        rig.assume(ContractCapability.NOTICES_A_PEER_THAT_DOES_NOT_READ)
        val link = rig.open()
        link.connection.stopReading()
        val flushes = link.pressUntilNotWritable(rig.quietTime)
        link.connection.resumeReading()
        flushes.forEach { _ ->
            assertEquals(
                ContractLink.PRESSURE_FRAME_BYTES,
                link.connection
                    .receive()
                    .payload.size,
            )
        }
        flushes.forEach { it.awaitSuccess() }
        link.listener.awaitWritable()
        assertTrue(link.session.isWritable)
    }

    private companion object {
        const val MANY = 500
        const val BATCH = 20
        const val WRITERS = 4
        const val LARGE_BYTES = 4 * 1024 * 1024
    }
}
