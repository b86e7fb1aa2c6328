package io.github.belay.testing.connection

import app.cash.turbine.test
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.testing.MockHandshake
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class LifecycleTest {
    @Test
    fun staysDisconnectedWithoutAnyAttemptUntilToldToConnect() =
        scenario {
            val actor = raw()
            pass(1.hours)
            actor.status.value shouldBe DISCONNECTED
            server.connectAttempts shouldBe 0
        }

    @Test
    fun goesThroughConnectingToConnected() =
        scenario {
            val actor = raw()
            actor.status.test {
                awaitItem() shouldBe DISCONNECTED
                actor.connect()
                awaitItem() shouldBe CONNECTING
                awaitItem() shouldBe CONNECTED
                actor.close()
                awaitItem() shouldBe DISCONNECTED
                awaitItem() shouldBe CLOSED
            }
        }

    @Test
    fun tellsEachStepOfALossAndTheEndInOrder() =
        scenario {
            val actor = raw()
            actor.lifecycle.test {
                actor.connect()
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Connecting>().attempt shouldBe 1
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Opened>().isReconnect shouldBe false
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Ready>()
                server.acceptConnection().dropSocket()
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Disconnected>().retryInMillis shouldBe 1000
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Connecting>().attempt shouldBe 2
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Opened>().isReconnect shouldBe true
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Ready>()
                actor.close()
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Disconnected>().willReconnect shouldBe false
                awaitItem().shouldBeInstanceOf<WsLifecycleEvent.Closed>()
                awaitComplete()
            }
        }

    @Test
    fun fiftyConnectsDuringOneHandshakeOpenOneLink() =
        scenario {
            server.enqueue(MockHandshake.accept().after(100.milliseconds))
            val actor = raw()
            val callers = List(50) { test.launch { actor.connect() } }
            callers.forEach { it.join() }
            server.connectAttempts shouldBe 1
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun comesBackAfterTheSocketDropped() =
        scenario {
            val actor = raw()
            actor.connect()
            server.acceptConnection().dropSocket()
            pass(900.milliseconds)
            actor.status.value shouldBe DISCONNECTED
            pass(200.milliseconds)
            actor.status.value shouldBe CONNECTED
            server.acceptedConnections shouldBe 2
            eventsOf<WsLifecycleEvent.Opened>().map { it.isReconnect } shouldContainExactly listOf(false, true)
            eventsOf<WsLifecycleEvent.Disconnected>().map { it.willReconnect } shouldContainExactly listOf(true)
        }

    @Test
    fun closeSendsACloseFrameAndLeavesNothing() =
        scenario {
            val actor = raw()
            actor.connect()
            val connection = server.acceptConnection()
            actor.close(1001, "bye")
            connection.receive().toString() shouldBe "CLOSE(5 bytes)"
            actor.status.value shouldBe CLOSED
            server.openConnections shouldBe 0
            events.last().shouldBeInstanceOf<WsLifecycleEvent.Closed>()
        }

    @Test
    fun staysDownAfterDisconnect() =
        scenario {
            val actor = raw()
            actor.connect()
            actor.disconnect()
            pass(1.hours)
            server.connectAttempts shouldBe 1
            eventsOf<WsLifecycleEvent.Disconnected>().single().cause.shouldBeInstanceOf<WsDisconnectCause.Requested>()
            actor.connect()
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun sendsWhatItIsTold() =
        scenario {
            val actor = raw()
            val early = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("early")))
            actor.connect()
            val late = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("late")))
            val connection = server.acceptConnection()
            connection.receiveText() shouldBe "early"
            connection.receiveText() shouldBe "late"
            early.await().toString() shouldBe "Done"
            late.await().toString() shouldBe "Done"
        }

    @Test
    fun startsAgainAfterEachStopWithNumbersThatGoOn() =
        scenario {
            val actor = raw()
            repeat(3) {
                actor.connect()
                actor.status.value shouldBe CONNECTED
                actor.disconnect()
                actor.status.value shouldBe DISCONNECTED
            }
            eventsOf<WsLifecycleEvent.Connecting>().map { it.generation } shouldContainExactly listOf(1L, 2L, 3L)
            eventsOf<WsLifecycleEvent.Connecting>().map { it.attempt } shouldContainExactly listOf(1, 1, 1)
            eventsOf<WsLifecycleEvent.Opened>().map { it.isReconnect } shouldContainExactly listOf(false, true, true)
            val stats = actor.stats()
            stats.connectAttempts shouldBe 3
            stats.connectSuccesses shouldBe 3
            stats.disconnects shouldBe 3
            stats.connectFailures shouldBe 0
            stats.uptimeMillis shouldBe 0
            server.openConnections shouldBe 0
        }

    @Test
    fun connectWhileTheLinkIsBeingTakenDownOpensAnotherOne() =
        scenario {
            server.echoesClose = false
            val actor = raw()
            actor.connect()
            val down = actor.tell(WebSocketEvent.disconnect())
            settle()
            actor.connect()
            down.await().toString() shouldBe "Done"
            now shouldBe 2.seconds
            server.acceptedConnections shouldBe 2
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun messagesOfAllLinksComeThroughOneFlow() =
        scenario {
            val actor = raw()
            actor.messages.map { it.payload.decodeToString() }.test {
                actor.connect()
                server.acceptConnection().run {
                    sendText("one")
                    dropSocket()
                }
                awaitItem() shouldBe "one"
                pass(1.seconds)
                server.acceptConnection().sendText("two")
                awaitItem() shouldBe "two"
                actor.close()
                awaitComplete()
            }
        }

    @Test
    fun readsThatComeFasterThanTheOwnerTakesThemAllArriveInOrder() =
        scenario {
            val manual = ManualTransport()
            val protocol = TextProtocol()
            val actor = actor(protocol, transport = manual)
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.open()
            settle()
            repeat(50) { link.receive(WsFrame.text("${2 * it}"), WsFrame.text("${2 * it + 1}")) }
            settle()
            protocol.handled shouldContainExactly List(100) { "$it" }
        }
}
