package io.github.belay.testing.contract

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.testing.ListenerEvent
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** How frames arrive. */
@Suppress("MagicNumber", "UndocumentedPublicFunction") // As in any test: names are sentences, and values are examples.
public interface ReadingContract : ContractPart {
    @Test
    public fun textAndBinaryArriveInOrderAndWhole() {
        val link = rig.open()
        val sent =
            List(MANY) { number ->
                if (number % 2 ==
                    0
                ) {
                    WsFrame.text("text $number ✓")
                } else {
                    WsFrame.binary(ByteArray(number) { number.toByte() })
                }
            }
        sent.chunked(BURST).forEach { link.connection.send(*it.toTypedArray()) }
        assertEquals(sent, link.listener.awaitFrames(MANY))
    }

    @Test
    public fun controlFramesArriveWithTheirPayloads() {
        val link = rig.open()
        val payload = WsBytes.copyOf(ByteArray(WsFrame.MAX_CONTROL_BYTES) { it.toByte() })
        val sent = listOf(WsFrame.ping(payload), WsFrame.pong(payload), WsFrame.ping(), WsFrame.close(4001, "bye ✓"))
        link.connection.send(*sent.toTypedArray())
        assertEquals(sent, link.listener.awaitFrames(sent.size))
    }

    @Test
    public fun nothingIsAnsweredUnasked() {
        val link = rig.open()
        link.connection.send(WsFrame.ping(), WsFrame.close())
        link.listener.awaitFrames(2)
        assertEquals(null, link.connection.receive(rig.quietTime))
    }

    @Test
    public fun emptyMessagesArrive() {
        val link = rig.open()
        val sent = listOf(WsFrame.text(""), WsFrame.binary(ByteArray(0)))
        link.connection.send(*sent.toTypedArray())
        assertEquals(sent, link.listener.awaitFrames(2))
    }

    @Test
    public fun aLargeMessageArrivesWhole() {
        val link = rig.open()
        val sent = WsFrame.binary(ByteArray(LARGE_BYTES) { (it * 31).toByte() })
        val sending = CompletableFuture.runAsync { link.connection.send(sent) }
        assertEquals(sent, link.listener.awaitFrame())
        sending.get(rig.patience.inWholeMilliseconds, TimeUnit.MILLISECONDS)
    }

    @Test
    public fun fragmentsAreJoinedEvenWhenACodePointIsCut() {
        val link = rig.open()
        val text = WsFrame.text("Grüße, ✓ und 🙂")
        link.connection.sendFragments(WsFrameKind.TEXT, List(text.payload.size) { text.payload.slice(it, it + 1) })
        assertEquals(text, link.listener.awaitFrame())
    }

    @Test
    public fun aControlFrameBetweenFragmentsArrivesBeforeTheMessage() {
        val link = rig.open()
        val message = WsFrame.binary(byteArrayOf(1, 2, 3))
        val parts = listOf(message.payload.slice(0, 1), WsBytes.EMPTY, message.payload.slice(1, 3))
        link.connection.sendFragments(WsFrameKind.BINARY, parts, between = WsFrame.ping())
        assertEquals(listOf(WsFrame.ping(), message), link.listener.awaitFrames(2))
    }

    @Test
    public fun everyReadIsFollowedByItsCompletion() {
        val link = rig.open()
        repeat(BURST) { number ->
            link.connection.send(WsFrame.text("$number"), WsFrame.text("$number again"))
            link.listener.awaitFrames(2)
            // Before the next is sent: what comes in while a read is handed over may be taken with it.
            assertTrue(
                link.listener.eventually { it.last() == ListenerEvent.ReadCompleted },
                "the last frame was not followed by the completion of its read",
            )
        }
        val frames = link.listener.events.count { it is ListenerEvent.FrameCame }
        assertEquals(2 * BURST, frames)
        val completions = link.listener.events.count { it == ListenerEvent.ReadCompleted }
        assertTrue(
            completions >= BURST,
        ) { "$BURST bursts, each sent after the one before was read, ended $completions reads" }
    }

    @Test
    public fun aBorrowedViewIsOfNoUseAfterTheCall() {
        val link = rig.open()
        link.connection.send(WsFrame.text("borrowed"))
        link.listener.awaitFrame()
        val kept = link.listener.keptView
        link.connection.send(WsFrame.text("something else"))
        link.listener.awaitFrame()
        val shown = runCatching { kept?.decodeToString() }.getOrNull()
        assertNotEquals("borrowed", shown, "the view shows a frame whose call has returned")
    }

    @Test
    public fun stopReadingHoldsThePeerBackAndLosesNothing() {
        val link = rig.open()
        link.session.setReading(false)
        val sent = List(HELD_FRAMES) { WsFrame.binary(ByteArray(HELD_FRAME_BYTES + it)) }
        val sending = CompletableFuture.runAsync { sent.forEach { link.connection.send(it) } }
        assertTrue(
            link.listener.staysWithout(rig.quietTime * 2) { it is ListenerEvent.FrameCame && it.frame == sent.last() },
            "everything arrived although reading is off",
        )
        link.session.setReading(true)
        assertEquals(sent, link.listener.awaitFrames(HELD_FRAMES))
        sending.get(rig.patience.inWholeMilliseconds, TimeUnit.MILLISECONDS)
    }

    @Test
    public fun readingTurnedOffAtTheOpenHoldsTheFirstFrameBack() {
        val listener =
            rig.listener { session, event -> if (event is ListenerEvent.Opened) session.setReading(false) }
        val link = rig.open(listener = listener)
        val sent = WsFrame.text("held")
        link.connection.send(sent)
        assertTrue(listener.staysWithout(rig.quietTime) { it is ListenerEvent.FrameCame }, "a frame arrived")
        link.session.setReading(true)
        assertEquals(sent, listener.awaitFrame())
    }

    @Test
    public fun readingCanBeTurnedOffAndOnWithinACallback() {
        val listener =
            rig.listener { session, event ->
                if (event is ListenerEvent.FrameCame) session.setReading(false)
                if (event == ListenerEvent.ReadCompleted) session.setReading(true)
            }
        val link = rig.open(listener = listener)
        val sent = List(MANY) { WsFrame.text("$it") }
        sent.forEach { link.connection.send(it) }
        assertEquals(sent, listener.awaitFrames(MANY))
    }

    private companion object {
        const val MANY = 500
        const val BURST = 10
        const val LARGE_BYTES = 4 * 1024 * 1024

        /** Together more than sockets and transports hold in buffers. */
        const val HELD_FRAMES = 512
        const val HELD_FRAME_BYTES = 64 * 1024
    }
}
