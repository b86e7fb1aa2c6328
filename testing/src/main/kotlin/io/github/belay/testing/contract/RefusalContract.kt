package io.github.belay.testing.contract

import io.github.belay.testing.ListenerEvent
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import kotlin.time.Duration.Companion.milliseconds

/** How links fail to open. */
@Suppress("MagicNumber", "UndocumentedPublicFunction") // As in any test: names are sentences, and values are examples.
public interface RefusalContract : ContractPart {
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
        const val LONG_BODY_BYTES = 100_000
        const val SHORT_LIMIT_MILLIS = 500L
        const val DRIP_MILLIS = 20
    }
}

private inline fun <reified F : WsConnectFailure> RefusalContract.failure(limitMillis: Long? = null): F {
    val listener = rig.listener()
    val request = if (limitMillis == null) rig.request() else rig.request(connectTimeoutMillis = limitMillis)
    rig.connect(listener, request)
    val failure = listener.awaitConnectFailure()
    assertEquals(1, listener.events.size) { "heard ${listener.events}" }
    assertInstanceOf(ListenerEvent.ConnectFailed::class.java, listener.events.single())
    return assertInstanceOf(F::class.java, failure)
}
