package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsLinkEnd
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What a transport tells late must find nobody who listens. */
class StaleLinkTest {
    private val manual = ManualTransport()
    private val protocol = TextProtocol()
    private val ingress = CountingIngress()

    private class CountingIngress : WsIngress<String> {
        val calls = ArrayList<String>()

        override fun onOpen() {
            calls += "onOpen"
        }

        override fun onFrame(frame: WsFrameView): WsIngressAction<String> {
            calls += "onFrame"
            return WsIngressAction.Forward
        }

        override fun onDisconnect(cause: String) {
            calls += "onDisconnect"
        }
    }

    private fun Scenario.started(): WebSocketActor<String> {
        val actor =
            actor(protocol, ingress, manual) { heartbeat = ProtocolPingPong(20.seconds, 10.seconds) }
        actor.tell(WebSocketEvent.Connect)
        settle()
        return actor
    }

    /** Two links: the first one lost, the second one ready. */
    private fun Scenario.onSecondLink(): WebSocketActor<String> {
        val actor = started()
        manual.attempts[0].open()
        settle()
        manual.attempts[0].drop()
        pass(1.seconds)
        manual.attempts[1].open()
        settle()
        return actor
    }

    @Test
    fun aHandshakeThatCompletesAfterADisconnectIsDiscarded() =
        scenario {
            val actor = started()
            actor.disconnect()
            val late = manual.attempts.single()
            late.isCancelled shouldBe true
            val before = events.size
            late.open()
            late.receiveText("hello")
            settle()
            late.session.isAborted shouldBe true
            actor.status.value shouldBe DISCONNECTED
            events.drop(before).shouldBeEmpty()
            protocol.calls.filter { it.startsWith("on") || it.startsWith("opened") }.shouldBeEmpty()
            protocol.handled.shouldBeEmpty()
            ingress.calls.shouldBeEmpty()
        }

    @Test
    fun aHandshakeThatCompletesDuringTheNextAttemptIsDiscarded() =
        scenario {
            val actor = started()
            actor.disconnect()
            actor.tell(WebSocketEvent.Connect)
            settle()
            val (late, current) = manual.attempts
            late.open()
            settle()
            late.session.isAborted shouldBe true
            actor.status.value shouldBe CONNECTING
            late.listener.onConnectFailed(WsConnectFailure.Unreachable("late"))
            settle()
            actor.status.value shouldBe CONNECTING
            current.open()
            settle()
            actor.status.value shouldBe CONNECTED
            ingress.calls shouldContainExactly listOf("onOpen")
        }

    @Test
    fun aHandshakeThatCompletesInTheMomentOfTheDisconnectIsDiscarded() =
        scenario {
            val actor = started()
            val late = manual.attempts.single()
            val down = actor.tell(WebSocketEvent.disconnect())
            late.open()
            settle()
            down.await()
            late.session.isOver shouldBe true
            actor.status.value shouldBe DISCONNECTED
            pass(30.seconds)
            manual.attempts.size shouldBe 1
        }

    @Test
    fun whatAnOldLinkBringsLateChangesNothing() =
        scenario {
            val actor = onSecondLink()
            val (old, current) = manual.attempts
            val ping = current.session.written.single()
            val statsBefore = actor.stats()
            val eventsBefore = events.size
            val callsBefore = ingress.calls.size
            old.receive(WsFrame.text("late"), WsFrame.ping(), WsFrame.pong(ping.payload), WsFrame.close(4000))
            old.listener.onWritable()
            old.listener.onViolation(WsProtocolException(1002, "late"))
            old.listener.onClosed(WsLinkEnd.Failed("late"))
            settle()
            actor.status.value shouldBe CONNECTED
            events.drop(eventsBefore).shouldBeEmpty()
            ingress.calls.drop(callsBefore).shouldBeEmpty()
            protocol.handled.shouldBeEmpty()
            current.session.written.single() shouldBe ping
            actor.stats().framesReceived shouldBe statsBefore.framesReceived
            actor.stats().pongsReceived shouldBe 0
            // The late pong did not count as an answer to the ping of the current link.
            pass(9_999.milliseconds)
            actor.status.value shouldBe CONNECTED
            pass(1.milliseconds)
            actor.status.value shouldBe DISCONNECTED
        }

    @Test
    fun aReadThatIsStillUnderWayWhenItsLinkEndsReachesNoHandler() =
        scenario {
            val actor =
                actor(protocol, ingress, manual) { inboundCapacity = 1 }
            actor.tell(WebSocketEvent.Connect)
            settle()
            val old = manual.attempts.single()
            old.open()
            settle()
            // The reader stops reading before it hands its batch over; in between the whole link goes.
            old.session.isOver = true
            old.session.onReading = { enabled ->
                if (!enabled) {
                    actor.tell(WebSocketEvent.disconnect())
                    pass(10.seconds)
                }
            }
            old.receive(WsFrame.text("one"), WsFrame.text("two"))
            eventsOf<WsLifecycleEvent.Disconnected>().size shouldBe 1
            settle()
            protocol.handled.shouldBeEmpty()
        }

    @Test
    fun roomThatComesWhileTheNextLinkIsNotOpenYetHarmsNobody() =
        scenario {
            val actor =
                actor(protocol, ingress, manual) { inboundCapacity = 1 }
            val slow = SlowCollector(this, actor)
            actor.tell(WebSocketEvent.Connect)
            settle()
            val old = manual.attempts.single()
            var isReading = true
            old.session.onReading = { isReading = it }
            old.open()
            settle()
            old.receive(WsFrame.text("one"), WsFrame.text("two"))
            settle()
            isReading shouldBe false
            old.drop()
            pass(1.seconds)
            actor.status.value shouldBe CONNECTING
            slow.goOn()
            settle()
            val current = manual.attempts[1]
            current.open()
            settle()
            current.receiveText("three")
            settle()
            slow.seen shouldContainExactly listOf("one", "two", "three")
        }
}
