package io.github.belay.testing.contract

import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import io.github.belay.transport.WsLinkEnd
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** How links end. That the end is heard once and last is checked after every test of the contract. */
@Suppress("MagicNumber", "UndocumentedPublicFunction") // As in any test: names are sentences, and values are examples.
public interface EndingContract : ContractPart {
    @Test
    public fun theCloseFrameOfThePeerComesBeforeTheEnd() {
        val link = rig.open()
        link.connection.send(WsFrame.close(4001, "bye"))
        link.connection.drop()
        link.listener.awaitClosed()
        assertEquals(listOf(WsFrame.close(4001, "bye")), link.listener.frames)
        assertInstanceOf(ListenerEvent.Closed::class.java, link.listener.events.last())
    }

    @Test
    public fun aClosingHandshakeOfOursEndsInOrder() {
        val link = rig.open()
        link.send(WsFrame.close(1000, "done")).awaitSuccess()
        assertEquals(WsFrame.close(1000, "done"), link.connection.receive())
        link.listener.awaitClosed()
        assertEquals(listOf(WsFrame.close(1000, "done")), link.listener.frames)
        rig.server.awaitNoSockets()
    }

    @Test
    public fun anOrderlyEndIsTheEndOfTheStreamBehindAllThatWasSent() {
        val link = rig.open()
        val sent = List(MANY) { WsFrame.text("$it") }
        link.connection.send(*sent.toTypedArray())
        link.connection.drop()
        val end = link.listener.awaitClosed()
        assertEquals(sent, link.listener.frames)
        rig.server.awaitNoSockets()
        rig.assume(ContractCapability.TELLS_END_FROM_FAILURE)
        assertEquals(WsLinkEnd.EndOfStream, end)
    }

    @Test
    public fun aResetIsAFailure() {
        val link = rig.open()
        link.connection.reset()
        val end = link.listener.awaitClosed()
        rig.assume(ContractCapability.TELLS_END_FROM_FAILURE)
        assertInstanceOf(WsLinkEnd.Failed::class.java, end)
    }

    @Test
    public fun aResetFailsTheFlushesUnderWayOnceEach() {
        val link = rig.open()
        link.connection.stopReading()
        val flushes = link.pressUntilNotWritable(rig.quietTime)
        link.connection.reset()
        link.listener.awaitClosed()
        flushes.last().awaitFailure()
        assertHeardOnceEach(flushes)
    }

    @Test
    public fun anAbortEndsTheLinkAndFreesTheSocket() {
        val link = rig.open()
        link.session.abort()
        assertEquals(WsLinkEnd.Aborted, link.listener.awaitClosed())
        rig.server.awaitNoSockets()
        assertTrue(link.listener.frames.isEmpty())
    }

    @Test
    public fun aSecondAbortChangesNothing() {
        val link = rig.open()
        repeat(2) { link.session.abort() }
        assertEquals(WsLinkEnd.Aborted, link.listener.awaitClosed())
        val end = link.listener.events.last()
        link.session.abort()
        assertTrue(link.listener.staysWithout(rig.quietTime) { it is ListenerEvent.Closed && it !== end })
    }

    @Test
    public fun anAbortWorksWhileThePeerDoesNotReadAndFailsTheFlushesUnderWayOnceEach() {
        val link = rig.open()
        link.connection.stopReading()
        val flushes = link.pressUntilNotWritable(rig.quietTime)
        link.session.abort()
        assertEquals(WsLinkEnd.Aborted, link.listener.awaitClosed())
        flushes.last().awaitFailure()
        link.connection.resumeReading()
        rig.server.awaitNoSockets()
        assertHeardOnceEach(flushes)
    }

    @Test
    public fun anAbortWorksWhileReadingIsOff() {
        val link = rig.open()
        link.session.setReading(false)
        link.connection.send(WsFrame.text("unread"))
        link.session.abort()
        assertEquals(WsLinkEnd.Aborted, link.listener.awaitClosed())
        rig.server.awaitNoSockets()
    }

    @Test
    public fun anAbortWorksOnASilentPeer() {
        val link = rig.open()
        link.connection.goSilent()
        link.send(WsFrame.ping()).awaitSuccess()
        assertTrue(link.listener.staysWithout(rig.quietTime) { it is ListenerEvent.FrameCame })
        link.session.abort()
        assertEquals(WsLinkEnd.Aborted, link.listener.awaitClosed())
    }

    @Test
    public fun aListenerMayAbortWithinACall() {
        val listener = rig.listener { session, event -> if (event is ListenerEvent.FrameCame) session.abort() }
        val link = rig.open(listener = listener)
        link.connection.send(WsFrame.text("a"), WsFrame.text("b"))
        assertEquals(WsLinkEnd.Aborted, listener.awaitClosed())
        rig.server.awaitNoSockets()
    }

    @Test
    public fun aListenerMayAbortAsSoonAsTheLinkIsOpen() {
        val listener = rig.listener { session, event -> if (event is ListenerEvent.Opened) session.abort() }
        rig.connect(listener)
        assertEquals(WsLinkEnd.Aborted, listener.awaitClosed())
        rig.server.awaitNoSockets()
    }

    @Test
    public fun afterTheEndNothingIsWritableAndAFlushFails() {
        val link = rig.open()
        link.session.abort()
        link.listener.awaitClosed()
        assertFalse(link.session.isWritable)
        val flush = link.send(WsFrame.text("too late"))
        flush.awaitFailure()
        assertHeardOnceEach(listOf(flush))
    }

    @Test
    public fun closingTheTransportAbortsItsLinks() {
        val links = List(LINKS) { rig.open() }
        repeat(2) { rig.transport.close() }
        links.forEach { assertEquals(WsLinkEnd.Aborted, it.listener.awaitClosed()) }
        rig.server.awaitNoSockets()
    }

    private fun assertHeardOnceEach(flushes: List<FlushProbe>) {
        assertFalse(flushes.any { it.timesHeard == 0 && !it.endsWithin(rig.patience) }, "a flush was never heard")
        assertTrue(flushes.all { it.timesHeard == 1 }) { "flushes were heard ${flushes.map { it.timesHeard }} times" }
    }

    private companion object {
        const val MANY = 500
        const val LINKS = 3
    }
}
