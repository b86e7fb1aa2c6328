package io.github.belay.testing.connection

import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectAction.ABORT
import io.github.belay.lifecycle.WsDisconnectAction.BACKOFF_RECONNECT
import io.github.belay.lifecycle.WsDisconnectAction.IMMEDIATE_RECONNECT
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ConstantBackoff
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

class CauseTest {
    private fun forEachCause(check: Scenario.(Provocation) -> Unit): List<DynamicTest> =
        provocations.map { provocation -> dynamicTest(provocation.cause) { scenario { check(provocation) } } }

    private fun Scenario.lose(
        provocation: Provocation,
        action: WsDisconnectAction = BACKOFF_RECONNECT,
    ): TextProtocol = with(provocation) { play(action) { reconnect = ConstantBackoff(5.seconds) } }

    private fun Scenario.lost(): List<WsDisconnectCause> = eventsOf<WsLifecycleEvent.Disconnected>().map { it.cause }

    @TestFactory
    fun everyCauseComesFromWhatItIsNamedAfter() =
        forEachCause { provocation ->
            lose(provocation)
            lost().map { it.toString() } shouldContainExactly listOf(provocation.cause)
        }

    @Test
    fun noCauseAndNoHandshakeFailureIsLeftWithoutATest() {
        val seen = ArrayList<WsDisconnectCause>()
        for (provocation in provocations) {
            scenario {
                lose(provocation)
                seen += lost()
            }
        }
        val declared = WsDisconnectCause::class.java.permittedSubclasses.toSet()
        seen.map { it.javaClass }.toSet() + WsDisconnectCause.Requested::class.java shouldContainExactlyInAnyOrder
            declared
        seen.filterIsInstance<WsDisconnectCause.HandshakeFailed>().map { it.failure }.toSet() shouldBe
            WsHandshakeFailure.entries.toSet()
    }

    @Test
    fun theUsersOwnEndCarriesWhatTheUserSaidAndShowsTheCodeOfIt() =
        scenario {
            val actor = raw()
            actor.connect()
            actor.disconnect(4000, "lunch")
            val cause = lost().single().shouldBeInstanceOf<WsDisconnectCause.Requested>()
            cause.reason shouldBe "lunch"
            cause.toString() shouldBe "requested(code=4000)"
        }

    @Test
    fun aRefusalCarriesTheHttpStatus() =
        scenario {
            server.reject(418)
            with(Provocation("", prepare = {})) { play() }
            lost().single().shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>().status shouldBe 418
        }

    @TestFactory
    fun backoffReturnsAfterTheStrategysDelay() =
        forEachCause { provocation ->
            val protocol = lose(provocation, BACKOFF_RECONNECT)
            protocol.classified.map { it.toString() } shouldContainExactly listOf(provocation.cause)
            pass(5.seconds)
            attemptTimes.take(2) shouldContainExactly listOf(Duration.ZERO, provocation.after + 5.seconds)
        }

    @TestFactory
    fun immediateReturnsAsSoonAsTheFloorAllows() =
        forEachCause { provocation ->
            val protocol = lose(provocation, IMMEDIATE_RECONNECT)
            protocol.classified.map { it.toString() } shouldContainExactly listOf(provocation.cause)
            pass(1.seconds)
            attemptTimes.take(2) shouldContainExactly listOf(Duration.ZERO, maxOf(provocation.after, 1.seconds))
        }

    @TestFactory
    fun abortStaysDown() =
        forEachCause { provocation ->
            val protocol = lose(provocation, ABORT)
            pass(1.hours)
            protocol.classified.map { it.toString() } shouldContainExactly listOf(provocation.cause)
            attemptTimes.size shouldBe 1
            eventsOf<WsLifecycleEvent.GaveUp>().single().reason shouldBe WsGiveUpReason.ABORTED
            eventsOf<WsLifecycleEvent.Disconnected>().single().willReconnect shouldBe false
        }

    @Test
    fun theUsersOwnEndIsNotForTheEndpointToClassify() =
        scenario {
            val protocol = TextProtocol(action = IMMEDIATE_RECONNECT)
            val actor = actor(protocol)
            actor.connect()
            actor.disconnect()
            pass(1.hours)
            protocol.classified.shouldBeEmpty()
            attemptTimes.size shouldBe 1
        }
}
