package io.github.belay.testing.contract

import io.github.belay.frame.WsFrame
import io.github.belay.testing.ListenerEvent
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArraySet
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds

/** How links open, and how they fail to. */
@Suppress("FunctionNaming", "UndocumentedPublicFunction") // Names of tests are sentences, and say it all.
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
    public fun aRefusedHandshakeCarriesStatusHeadersAndBody() {
        rig.server.enqueue(ServerHandshake.Refuse(429, WsHeaders.of("Retry-After", "7"), "slow down"))
        val rejected = failure<WsConnectFailure.Rejected>()
        assertEquals(429, rejected.status)
        assertEquals("7", rejected.headers["retry-after"])
        assertEquals("slow down", rejected.bodyStart)
        rig.server.awaitNoSockets()
    }

    @Test
    public fun aRefusalWithoutABodyIsReportedToo() {
        rig.server.enqueue(ServerHandshake.Refuse(401))
        val rejected = failure<WsConnectFailure.Rejected>()
        assertEquals(401, rejected.status)
        assertEquals("", rejected.bodyStart)
    }

    @Test
    public fun theBodyOfARefusalIsCut() {
        rig.server.enqueue(ServerHandshake.Refuse(503, body = "x".repeat(LONG_BODY_BYTES)))
        val body = failure<WsConnectFailure.Rejected>().bodyStart
        assertTrue(
            body.length <= WsConnectFailure.MAX_BODY_BYTES,
        ) { "the body was kept with ${body.length} characters" }
        assertTrue(body.all { it == 'x' })
    }

    @Test
    public fun aRedirectIsARefusalAndNotFollowed() {
        val elsewhere = "http://${rig.server.url.host}:${rig.server.url.port}/elsewhere"
        rig.server.enqueue(ServerHandshake.Refuse(302, WsHeaders.of("Location", elsewhere)))
        assertEquals(302, failure<WsConnectFailure.Rejected>().status)
        assertEquals(1, rig.server.attempts)
    }

    @TestFactory
    public fun answersThatNoClientMayTakeForAWebSocketAreInvalid(): List<DynamicTest> =
        HandshakeFault.entries.map { fault ->
            dynamicTest(fault.name) {
                rig.server.enqueue(ServerHandshake.Malformed(fault))
                failure<WsConnectFailure.InvalidHandshake>()
                rig.server.awaitNoSockets()
            }
        }

    @Test
    public fun aResetBeforeTheAnswerIsUnreachable() {
        rig.server.enqueue(ServerHandshake.Reset)
        failure<WsConnectFailure.Unreachable>()
    }

    @Test
    public fun aPortWhereNobodyListensIsUnreachable() {
        rig.server.close()
        failure<WsConnectFailure.Unreachable>()
    }

    @Test
    public fun aHandshakeThatHangsTimesOutAndLeavesNoSocket() {
        rig.server.enqueue(ServerHandshake.Hang)
        assertEquals(SHORT_LIMIT_MILLIS, failure<WsConnectFailure.TimedOut>(SHORT_LIMIT_MILLIS).limitMillis)
        rig.server.awaitNoSockets()
    }

    @Test
    public fun theTimeLimitIsForTheWholeAnswerAndNotForEachByte() {
        rig.server.enqueue(ServerHandshake.Drip(interval = DRIP_MILLIS.milliseconds))
        failure<WsConnectFailure.TimedOut>(SHORT_LIMIT_MILLIS)
        rig.server.awaitNoSockets()
    }

    @Test
    public fun aCancelledAttemptIsHeardOfNoMoreAndLeavesNoSocket() {
        rig.server.enqueue(ServerHandshake.Hang)
        val listener = rig.listener()
        val attempt = rig.connect(listener)
        rig.server.awaitAttempts(1)
        attempt.cancel()
        attempt.cancel()
        rig.server.awaitNoSockets()
        assertTrue(listener.staysWithout(rig.quietTime) { true }) { "heard ${listener.events}" }
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

    @Test
    public fun aClosedTransportFailsAttemptsThoseUnderWayAndThoseToCome() {
        rig.server.enqueue(ServerHandshake.Hang)
        val underWay = rig.listener()
        rig.connect(underWay)
        rig.server.awaitAttempts(1)
        rig.transport.close()
        assertInstanceOf(WsConnectFailure.Unreachable::class.java, underWay.awaitConnectFailure())
        failure<WsConnectFailure.Unreachable>()
        rig.server.awaitNoSockets()
    }

    private companion object {
        const val LINKS = 3
        const val LONG_BODY_BYTES = 100_000
        const val SHORT_LIMIT_MILLIS = 500L
        const val DRIP_MILLIS = 20
    }
}

private inline fun <reified F : WsConnectFailure> OpeningContract.failure(limitMillis: Long? = null): F {
    val listener = rig.listener()
    val request = if (limitMillis == null) rig.request() else rig.request(connectTimeoutMillis = limitMillis)
    rig.connect(listener, request)
    val failure = listener.awaitConnectFailure()
    assertEquals(1, listener.events.size) { "heard ${listener.events}" }
    assertInstanceOf(ListenerEvent.ConnectFailed::class.java, listener.events.single())
    return assertInstanceOf(F::class.java, failure)
}
