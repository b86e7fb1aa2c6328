package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketClosedException
import io.github.belay.WebSocketTimeoutException
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.ProtocolPingPong
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class OutboundTest {
    private fun WebSocketActor<*>.tell(text: String) = tell(WebSocketEvent.sendMessage(WsFrame.text(text)))

    @Test
    fun tenSendersAtOnceKeepTheirOwnOrderAndLoseNothing() =
        scenario {
            val actor = raw()
            actor.connect()
            val connection = server.acceptConnection()
            val senders =
                List(10) { sender ->
                    test.launch {
                        repeat(100) { number ->
                            val told = actor.tell("$sender:$number")
                            if (number % (sender + 2) == 0) told.await() else yield()
                        }
                    }
                }
            val received = List(1000) { connection.receiveText().split(':').map(String::toInt) }
            senders.forEach { it.join() }
            connection.tryReceive() shouldBe null
            for (sender in 0..9) {
                received.filter { it[0] == sender }.map { it[1] } shouldContainExactly (0..99).toList()
            }
        }

    @Test
    fun aThousandQueuedFramesTakeFewFlushes() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(), transport = manual)
            repeat(1000) { actor.tell("$it") }
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.open()
            settle()
            link.session.texts shouldContainExactly List(1000) { "$it" }
            link.session.flushes shouldBeLessThan 10
        }

    @Test
    fun aPongOvertakesAThousandQueuedFrames() =
        scenario {
            val actor = raw()
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            actor.tell("under way")
            settle()
            repeat(1000) { actor.tell("$it") }
            connection.sendPing(WsBytes.copyOf(byteArrayOf(4, 2)))
            settle()
            connection.resumeWrites()
            connection.receiveText() shouldBe "under way"
            connection.receive() shouldBe WsFrame.pong(WsBytes.copyOf(byteArrayOf(4, 2)))
            List(1000) { connection.receiveText() } shouldContainExactly List(1000) { "$it" }
        }

    @Test
    fun aPeerThatDoesNotReadHoldsNobodyUp() =
        scenario {
            val actor =
                raw {
                    heartbeat = ProtocolPingPong(20.seconds, 10.seconds)
                    writeTimeout = 1.hours
                }
            actor.connect()
            pass(1.seconds)
            val connection = server.acceptConnection()
            connection.stallWrites()
            val told = List(100) { actor.tell("$it") }
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
            actor.stats().uptimeMillis shouldBe 2_000
            told.none { it.isCompleted } shouldBe true
            timeOf { actor.tell(WebSocketEvent.Connect).await().toString() shouldBe "Done" } shouldBe 0.seconds
            timeOf { actor.awaitReady(1.seconds) } shouldBe 0.seconds
            // The ping that is due at 20 s cannot leave, so no pong comes.
            pass(27_999.milliseconds)
            actor.status.value shouldBe CONNECTED
            pass(1.milliseconds)
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.PongTimeout>()
        }

    @Test
    fun aPeerThatDoesNotReadAndSaysNothingCountsAsStale() =
        scenario {
            val actor =
                raw {
                    maxSilence = 30.seconds
                    writeTimeout = 1.hours
                }
            actor.connect()
            server.acceptConnection().stallWrites()
            actor.tell("stuck")
            pass(30.seconds)
            eventsOf<WsLifecycleEvent.Disconnected>().single().cause.shouldBeInstanceOf<WsDisconnectCause.StaleData>()
        }

    @Test
    fun aWriteThatDoesNotLeaveInTimeEndsTheLink() =
        scenario {
            val actor = raw { writeTimeout = 3.seconds }
            actor.connect()
            server.acceptConnection().stallWrites()
            pass(10.seconds)
            val stuck = actor.tell("stuck")
            settle()
            val behind = actor.tell("behind")
            pass(2_999.milliseconds)
            actor.status.value shouldBe CONNECTED
            pass(1.milliseconds)
            actor.status.value shouldBe DISCONNECTED
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.WriteTimeout>().limit shouldBe 3.seconds
            stuck.await().shouldBeInstanceOf<TellOutcome.Unknown>()
            behind.isCompleted shouldBe false
            pass(1.seconds)
            server.acceptConnection().receiveText() shouldBe "behind"
            behind.await().toString() shouldBe "Done"
        }

    @Test
    fun bytesThatHappenToBeTextStayBinary() =
        scenario {
            val actor = raw()
            actor.connect()
            actor.tell(WebSocketEvent.sendMessage(WsFrame.binary("plain ASCII".encodeToByteArray()))).await()
            val frame = server.acceptConnection().receive()
            frame.kind shouldBe WsFrameKind.BINARY
            frame.payload.decodeToString() shouldBe "plain ASCII"
        }

    @Test
    fun whoWaitsForReadyBeforeAnyConnectIsToldOnceItIs() =
        scenario {
            val actor = raw()
            server.reject(503)
            val waiting = test.async { timeOf { actor.awaitReady(60.seconds) } }
            pass(5.seconds)
            waiting.isCompleted shouldBe false
            actor.connect()
            waiting.await() shouldBe 6.seconds
            timeOf { actor.awaitReady(60.seconds) } shouldBe 0.seconds
        }

    @Test
    fun whoWaitsForReadyInVainIsToldExactlyAtTheLimit() =
        scenario {
            server.hang()
            val actor = raw()
            actor.tell(WebSocketEvent.Connect)
            val start = now
            shouldThrow<WebSocketTimeoutException> { actor.awaitReady(5.seconds) }
            now - start shouldBe 5.seconds
            pass(10.seconds)
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun whoWaitsForReadyHearsOfTheClose() =
        scenario {
            val actor = raw()
            val waiting = test.async { runCatching { actor.awaitReady(60.seconds) } }
            pass(1.seconds)
            actor.close()
            waiting.await().exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
            now shouldBe 1.seconds
        }

    @Test
    fun aShortMomentOfReadinessIsNotMissed() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(), transport = manual)
            val waiting = List(3) { test.async { actor.awaitReady(60.seconds) } }
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            onEvent = { if (it is WsLifecycleEvent.Ready) link.drop() }
            link.open()
            settle()
            actor.status.value shouldBe DISCONNECTED
            waiting.forEach { it.await() }
            statuses.filter { it == CONNECTED }.size shouldBe 1
            eventsOf<WsLifecycleEvent.GaveUp>().shouldBeEmpty()
        }
}
