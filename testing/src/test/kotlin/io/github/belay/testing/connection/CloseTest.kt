package io.github.belay.testing.connection

import app.cash.turbine.test
import io.github.belay.WebSocketActor
import io.github.belay.WebSocketClosedException
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedRequest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class CloseTest {
    private val request = WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 60.seconds)

    private fun Scenario.nothingIsLeftOf(actor: WebSocketActor<*>) {
        actor.status.value shouldBe CLOSED
        statuses.last() shouldBe CLOSED
        statuses.count { it == CLOSED } shouldBe 1
        eventsOf<WsLifecycleEvent.Closed>().size shouldBe 1
        events.last().shouldBeInstanceOf<WsLifecycleEvent.Closed>()
        owner.children.toList().shouldBeEmpty()
        server.openConnections shouldBe 0
    }

    @Test
    fun sendsCodeAndReasonAndWaitsForThePeersClose() =
        scenario {
            server.echoesClose = false
            val actor = raw()
            actor.connect()
            val connection = server.acceptConnection()
            val closing = test.async { timeOf { actor.close(4001, "done here") } }
            connection.receive() shouldBe WsFrame.close(4001, "done here")
            pass(700.milliseconds)
            closing.isCompleted shouldBe false
            connection.close(4001)
            closing.await() shouldBe 700.milliseconds
            connection.tryReceive() shouldBe null
            nothingIsLeftOf(actor)
        }

    @Test
    fun waitsForThePeersCloseAtMostTheCloseTimeout() =
        scenario {
            server.echoesClose = false
            val actor = raw { closeTimeout = 3.seconds }
            actor.connect()
            timeOf { actor.close() } shouldBe 3.seconds
            nothingIsLeftOf(actor)
        }

    @Test
    fun aPeerThatDoesNotReadDelaysTheCloseNoLonger() =
        scenario {
            val actor = raw { closeTimeout = 3.seconds }
            actor.connect()
            server.acceptConnection().stallWrites()
            val stuck = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("stuck")))
            settle()
            val behind = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("behind")))
            timeOf { actor.close() } shouldBe 3.seconds
            stuck.await().shouldBeInstanceOf<TellOutcome.Unknown>()
            behind.await().shouldBeInstanceOf<TellOutcome.NotDelivered>()
            nothingIsLeftOf(actor)
        }

    @Test
    fun abortEndsAtOnceWithoutACloseFrame() =
        scenario {
            val actor = raw()
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            timeOf { actor.abort() } shouldBe 0.seconds
            connection.tryReceive() shouldBe null
            nothingIsLeftOf(actor)
        }

    @Test
    fun afterwardsEveryOperationSaysClosed() =
        scenario {
            val actor = actor(TextProtocol())
            actor.connect()
            actor.close()
            shouldThrow<WebSocketClosedException> { actor.connect() }
            shouldThrow<WebSocketClosedException> { actor.awaitReady(5.seconds) }
            val told =
                listOf(
                    WebSocketEvent.Connect,
                    WebSocketEvent.disconnect(),
                    WebSocketEvent.sendMessage(WsFrame.text("x")),
                    WebSocketEvent.setAuthenticated(true),
                )
            told.forEach { actor.tell(it).await() shouldBe TellOutcome.Closed }
            actor.ask(request).shouldBeInstanceOf<WsDelegatedError.NotDelivered>().text shouldBe "connection closed"
            actor.disconnect()
            actor.close()
            actor.abort()
            actor.messages.test { awaitComplete() }
            actor.lifecycle.test { awaitComplete() }
            actor.stats().status shouldBe CLOSED
            now shouldBe 0.seconds
            pass(1.hours)
            server.connectAttempts shouldBe 1
            nothingIsLeftOf(actor)
        }

    @Test
    fun whoeverStillWaitsIsTold() =
        scenario {
            server.hang()
            val actor = actor(TextProtocol())
            val connecting = test.async { runCatching { actor.connect() } }
            val waiting = test.async { runCatching { actor.awaitReady(1.hours) } }
            val told = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("x")))
            val collecting = test.launch { actor.messages.collect {} }
            val watching = test.launch { actor.lifecycle.collect {} }
            pass(1.seconds)
            actor.close(4000, "enough")
            joinAll(connecting, waiting, told, collecting, watching)
            now shouldBe 1.seconds
            for (outcome in listOf(connecting, waiting)) {
                val closed = outcome.await().exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
                closed.disconnectCause.shouldBeInstanceOf<WsDisconnectCause.Requested>().code shouldBe 4000
            }
            told.await().shouldBeInstanceOf<TellOutcome.NotDelivered>()
            nothingIsLeftOf(actor)
        }

    @Test
    fun manyCallersCloseOnceAndAllReturn() =
        scenario {
            server.echoesClose = false
            val actor = raw()
            actor.connect()
            val connection = server.acceptConnection()
            val callers = List(20) { test.launch { actor.close(4000 + it) } }
            callers.joinAll()
            now shouldBe 2.seconds
            connection.receive() shouldBe WsFrame.close(4000)
            connection.tryReceive() shouldBe null
            nothingIsLeftOf(actor)
        }

    @Test
    fun closeWithoutAnyConnectLeavesNothing() =
        scenario {
            val actor = raw()
            timeOf { actor.close() } shouldBe 0.seconds
            nothingIsLeftOf(actor)
            server.connectAttempts shouldBe 0
        }

    @Test
    fun messagesReceivedBeforeTheCloseAreStillDelivered() =
        scenario {
            val protocol = TextProtocol()
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().sendBurst(List(100) { WsFrame.text("$it") })
            actor.close()
            protocol.handled shouldBe List(100) { "$it" }
        }

    @Test
    fun anOversizedReasonIsRefusedAndNothingHappens() =
        scenario {
            val actor = raw()
            actor.connect()
            shouldThrow<IllegalArgumentException> { actor.close(CloseCode.NORMAL, "x".repeat(124)) }
            settle()
            server.openConnections shouldBe 1
        }

    @Test
    fun aFullMailboxHoldsNeitherCloseNorDisconnectUp() =
        scenario {
            val actor = raw()
            actor.connect()
            val connection = server.acceptConnection()
            val told = List(1025) { actor.tell(WebSocketEvent.Connect) }
            told.last().await().toString() shouldBe "QueueFull(limit=1024 commands)"
            val down = test.launch { actor.disconnect(4000) }
            test.launch { actor.close(4001) }.join()
            down.join()
            connection.receive() shouldBe WsFrame.close(4000)
            told.dropLast(1).forEach { it.await() shouldBe TellOutcome.Done }
            nothingIsLeftOf(actor)
        }
}
