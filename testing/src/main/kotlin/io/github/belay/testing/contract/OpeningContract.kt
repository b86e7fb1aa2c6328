package io.github.belay.testing.contract

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsHeaders
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArraySet
import java.util.concurrent.TimeUnit

/** How links open. */
@Suppress("MagicNumber", "UndocumentedPublicFunction") // As in any test: names are sentences, and values are examples.
public interface OpeningContract : ContractPart {
    @Test
    public fun opensAndReportsTheSubprotocolThatTheServerChose() {
        rig.server.enqueue(ServerHandshake.Accept(subprotocol = "v2"))
        val link = rig.open(rig.request(subprotocols = listOf("v1", "v2")))
        assertEquals("v2", link.session.handshake.subprotocol)
    }

    @Test
    public fun reportsNoSubprotocolWhenTheServerChoosesNone() {
        assertNull(
            rig
                .open(rig.request(subprotocols = listOf("v1")))
                .session.handshake.subprotocol,
        )
    }

    @Test
    public fun reportsTheHeadersOfTheAnswer() {
        rig.server.enqueue(ServerHandshake.Accept(headers = WsHeaders.of("X-Node", "a7")))
        assertEquals(
            "a7",
            rig
                .open()
                .session.handshake.headers["x-node"],
        )
    }

    @Test
    public fun sendsTheHeadersOfTheRequest() {
        val link = rig.open(rig.request(headers = WsHeaders.of("X-Token", "secret")))
        assertEquals("secret", link.connection.requestHeaders["x-token"])
    }

    @Test
    public fun sendsPathAndQueryAsTheyAre() {
        val link = rig.open()
        assertEquals(rig.server.url.target, link.connection.requestTarget)
    }

    @Test
    public fun framesRightBehindTheHandshakeArrive() {
        val frames = listOf(WsFrame.text("first"), WsFrame.text("second"))
        rig.server.enqueue(ServerHandshake.Accept(firstFrames = frames))
        assertEquals(frames, rig.open().listener.awaitFrames(2))
    }

    @Test
    public fun callsNobodyFromWithinConnect() {
        val callers = CopyOnWriteArraySet<Pair<Thread, Boolean>>()
        val connecting = ThreadLocal.withInitial { false }
        val listener = rig.listener { _, _ -> callers += Thread.currentThread() to connecting.get() }
        connecting.set(true)
        rig.connect(listener)
        connecting.set(false)
        listener.awaitOpen()
        assertTrue(callers.none { (_, inConnect) -> inConnect }, "the listener was called from within connect")
    }

    @Test
    public fun callsTheListenerOnTheLoopIfThereIsOne() {
        val threads = CopyOnWriteArraySet<Thread>()
        val link = rig.open(listener = rig.listener { _, _ -> threads += Thread.currentThread() })
        val loop = link.session.loop
        assumeTrue(loop != null) { "the transport has no loop" }
        val loopThread = CompletableFuture<Thread>()
        loop?.execute { loopThread.complete(Thread.currentThread()) }
        link.connection.send(WsFrame.text("a"))
        link.listener.awaitFrame()
        assertEquals(setOf(loopThread.get(rig.patience.inWholeMilliseconds, TimeUnit.MILLISECONDS)), threads.toSet())
    }

    @Test
    public fun aCancellationAfterTheOpeningChangesNothing() {
        val listener = rig.listener()
        val attempt = rig.connect(listener)
        listener.awaitOpen()
        attempt.cancel()
        rig.server.awaitConnection().send(WsFrame.text("still here"))
        assertEquals(WsFrame.text("still here"), listener.awaitFrame())
    }

    @Test
    public fun linksOfOneTransportAreIndependent() {
        val links = List(LINKS) { rig.open() }
        links.first().session.abort()
        links.first().listener.awaitClosed()
        links.drop(1).forEachIndexed { index, link -> link.connection.send(WsFrame.text("$index")) }
        links.drop(1).forEachIndexed { index, link -> assertEquals(WsFrame.text("$index"), link.listener.awaitFrame()) }
    }

    private companion object {
        const val LINKS = 3
    }
}
