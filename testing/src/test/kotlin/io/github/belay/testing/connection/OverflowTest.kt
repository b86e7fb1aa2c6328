package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.outbound.TellOutcome
import io.github.belay.outbound.WsOfflinePolicy
import io.github.belay.outbound.WsOverflow
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.testing.MockConnection
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private const val CAPACITY = 5

/** What becomes of messages for which the outbound queue has no room, no time or no link. */
@OptIn(ExperimentalCoroutinesApi::class)
class OverflowTest {
    private fun message(text: Any) = WebSocketEvent.SendMessage(WsFrame.text("$text"))

    private fun batch(vararg texts: String) = WebSocketEvent.SendBatch(texts.map(WsFrame::text))

    private fun List<Deferred<TellOutcome>>.outcomes(): List<String> =
        map {
            if (it.isCompleted) "${it.getCompleted()}" else "open"
        }

    /** A connection whose queue holds five, whose peer does not read, and whose writer is busy with one message. */
    private suspend fun Scenario.stalled(strategy: WsOverflow): Pair<WebSocketActor<WsFrame>, MockConnection> {
        val actor =
            raw {
                outboundCapacity = CAPACITY
                overflow = strategy
            }
        actor.connect()
        val connection = server.acceptConnection()
        connection.stallWrites()
        actor.tell(message("under way"))
        settle()
        return actor to connection
    }

    private suspend fun MockConnection.receiveAll(count: Int): List<String> = List(count) { receiveText() }

    @Test
    fun underBlockASenderSuspendsAtTheCapacityAndGoesOnWhenThereIsRoom() =
        scenario {
            val (actor, connection) = stalled(WsOverflow.BLOCK)
            repeat(CAPACITY) { actor.send(message(it)) }
            val first = test.async { actor.send(message("first")) }
            val second = test.async { actor.send(message("second")) }
            settle()
            first.isCompleted shouldBe false
            actor.stats().queuedFrames shouldBe CAPACITY
            actor
                .tell(message("never waits"))
                .await()
                .shouldBeInstanceOf<TellOutcome.QueueFull>()
                .limit shouldBe 5
            connection.resumeWrites()
            first.await().await() shouldBe TellOutcome.Done
            second.await().await() shouldBe TellOutcome.Done
            connection.receiveAll(8) shouldContainExactly
                listOf("under way", "0", "1", "2", "3", "4", "first", "second")
        }

    @Test
    fun aSenderThatIsCancelledWhileItWaitsHasSentNothing() =
        scenario {
            val (actor, connection) = stalled(WsOverflow.BLOCK)
            repeat(CAPACITY) { actor.send(message(it)) }
            val gone = test.async { actor.send(message("gone")) }
            val staying = test.async { actor.send(message("staying")) }
            settle()
            gone.cancel()
            settle()
            connection.resumeWrites()
            staying.await().await() shouldBe TellOutcome.Done
            connection.receiveAll(7).last() shouldBe "staying"
        }

    @Test
    fun aSenderThatWaitsHearsOfTheClose() =
        scenario {
            val (actor, _) = stalled(WsOverflow.BLOCK)
            repeat(CAPACITY) { actor.send(message(it)) }
            val waiting = test.async { actor.send(message("too late")) }
            settle()
            actor.close()
            waiting.await().await().toString() shouldBe "NotDelivered(connection closed)"
            actor.send(message("later")).await() shouldBe TellOutcome.Closed
        }

    @Test
    fun theOldestMakeRoomAndTheirSendersAreTold() =
        scenario {
            val (actor, connection) = stalled(WsOverflow.DROP_OLDEST)
            val told = (1..10).map { actor.tell(message(it)) }
            told.take(5).outcomes() shouldBe List(5) { "Dropped(limit=5 frames)" }
            actor.stats().queueDropped shouldBe 5
            connection.resumeWrites()
            connection.receiveAll(6) shouldContainExactly listOf("under way", "6", "7", "8", "9", "10")
            told.drop(5).forEach { it.await() shouldBe TellOutcome.Done }
        }

    @Test
    fun aRequestThatMakesRoomWasNotDelivered() =
        scenario {
            val (actor, _) = stalled(WsOverflow.DROP_OLDEST)
            val asked = test.async { actor.ask(WsDelegatedRequest.confirmed(1, WsFrame.text("question"), 60.seconds)) }
            settle()
            repeat(CAPACITY) { actor.tell(message(it)) }
            asked.await().shouldBeInstanceOf<WsDelegatedError.NotDelivered>().text shouldBe "Dropped(limit=5 frames)"
        }

    @Test
    fun theNewestIsDroppedOrRefusedAtOnceAndTheFirstFiveAreWritten() {
        for ((strategy, expected) in listOf(
            WsOverflow.DROP_NEWEST to "Dropped(limit=5 frames)",
            WsOverflow.FAIL to "QueueFull(limit=5 frames)",
        )) {
            scenario {
                val (actor, connection) = stalled(strategy)
                val told = (1..6).map { actor.tell(message(it)) }
                told.outcomes() shouldBe List(5) { "open" } + expected
                connection.resumeWrites()
                connection.receiveAll(6) shouldContainExactly listOf("under way", "1", "2", "3", "4", "5")
            }
        }
    }

    @Test
    fun bytesAreBoundedAsFramesAre() =
        scenario {
            val actor =
                raw {
                    maxQueuedBytes = 10
                    overflow = WsOverflow.DROP_OLDEST
                }
            val told = listOf("12345", "12345", "1234567").map { actor.tell(message(it)) }
            told.outcomes() shouldBe listOf("Dropped(limit=10 bytes)", "Dropped(limit=10 bytes)", "open")
            // What could never fit drives nothing out.
            actor.tell(message("12345678901")).await().toString() shouldBe "QueueFull(limit=10 bytes)"
            actor.stats().queuedBytes shouldBe 7
        }

    @Test
    fun oneWarningForEachTimeThatTheQueueFillsUp() =
        scenario {
            val actor =
                raw {
                    outboundCapacity = 10
                    queueWarnRatio = 0.5
                }
            repeat(5) { actor.tell(message(it)) }
            actor.stats().queueWarnings shouldBe 0
            repeat(5) { actor.tell(message(it)) }
            val full = actor.stats()
            full.queueWarnings shouldBe 1
            full.queueFillRatio shouldBe 1.0
            full.queueCapacity shouldBe 10
            full.queueAccepted shouldBe 10
            actor.connect()
            settle()
            actor.stats().queueFillRatio shouldBe 0.0
            server.acceptConnection().stallWrites()
            repeat(8) { actor.tell(message(it)) }
            actor.stats().queueFillRatio shouldBeGreaterThan 0.5
            actor.stats().queueWarnings shouldBe 2
        }

    @Test
    fun aBatchIsTakenWholeOrNotAtAll() =
        scenario {
            val actor = raw { outboundCapacity = CAPACITY }
            val batch = actor.tell(batch("a", "b", "c"))
            actor.tell(batch("d", "e", "f")).await().toString() shouldBe "QueueFull(limit=5 frames)"
            actor.stats().queuedFrames shouldBe 3
            actor.tell(batch()).await() shouldBe TellOutcome.Done
            actor.connect()
            server.acceptConnection().receiveAll(3) shouldContainExactly listOf("a", "b", "c")
            batch.await() shouldBe TellOutcome.Done
        }

    @Test
    fun aBatchOfWhichSomeLeftIsUnknown() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(), transport = manual) { outboundCapacity = 3000 }
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.open()
            settle()
            // A flush takes 1024 frames at most; the second one does not come back.
            val batch = actor.tell(WebSocketEvent.SendBatch(List(2000) { WsFrame.text("$it") }))
            link.session.holdsFlushes = true
            settle()
            link.session.texts.size shouldBe 1024
            actor.close()
            batch.await().shouldBeInstanceOf<TellOutcome.Unknown>()
        }

    @Test
    fun aMessageIsNotSentWhenItsTimeToLiveIsOver() =
        scenario {
            val actor = raw()
            val short = actor.tell(WebSocketEvent.SendMessage(WsFrame.text("short"), 3.seconds))
            val shorter = actor.tell(WebSocketEvent.SendMessage(WsFrame.text("shorter"), 1.seconds))
            val endless = actor.tell(message("endless"))
            pass(999.milliseconds)
            listOf(short, shorter, endless).outcomes() shouldBe listOf("open", "open", "open")
            pass(1.milliseconds)
            listOf(short, shorter, endless).outcomes() shouldBe
                listOf("open", "NotDelivered(not sent within its time to live)", "open")
            pass(2.seconds)
            short.isCompleted shouldBe true
            actor.connect()
            server.acceptConnection().receiveText() shouldBe "endless"
        }

    @Test
    fun keptMessagesSurviveLostLinksInOrder() =
        scenario {
            val actor = raw()
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            val first = actor.tell(message("first"))
            settle()
            val told = (1..3).map { actor.tell(message(it)) }
            connection.reset()
            pass(1.seconds)
            first.await().shouldBeInstanceOf<TellOutcome.Unknown>()
            server.acceptConnection().receiveAll(3) shouldContainExactly listOf("1", "2", "3")
            told.forEach { it.await() shouldBe TellOutcome.Done }
        }

    @Test
    fun withoutALinkTheyAreRefusedIfThatIsThePolicy() =
        scenario {
            val actor = raw { offline = WsOfflinePolicy.REFUSE }
            actor.tell(message("too early")).await().toString() shouldBe "NotDelivered(no link is ready)"
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            actor.tell(message("under way"))
            settle()
            val waiting = actor.tell(message("waiting"))
            connection.reset()
            settle()
            waiting.await().toString() shouldBe "NotDelivered(link ended)"
            actor.tell(message("between")).await().toString() shouldBe "NotDelivered(no link is ready)"
            pass(1.seconds)
            actor.status.value shouldBe WsConnectionStatus.CONNECTED
            actor.tell(message("after")).await() shouldBe TellOutcome.Done
            server.acceptConnection().receiveText() shouldBe "after"
        }

    @Test
    fun aDrainingCloseWritesWhatWaits() =
        scenario {
            val (actor, connection) = stalled(WsOverflow.FAIL)
            val told = (1..3).map { actor.tell(message(it)) }
            val closing = test.async { timeOf { actor.close(drain = 10.seconds) } }
            pass(4.seconds)
            actor.status.value shouldBe WsConnectionStatus.CONNECTED
            actor.tell(message("too late")).await() shouldBe TellOutcome.Closed
            connection.resumeWrites()
            closing.await() shouldBe 4.seconds
            told.forEach { it.await() shouldBe TellOutcome.Done }
            connection.receiveAll(4) shouldContainExactly listOf("under way", "1", "2", "3")
        }

    @Test
    fun aDrainingCloseReportsWhatDidNotLeaveInTime() =
        scenario {
            val (actor, connection) = stalled(WsOverflow.FAIL)
            val told = actor.tell(message("stuck"))
            timeOf { actor.close(drain = 3.seconds) } shouldBe 5.seconds
            told.await().toString() shouldBe "NotDelivered(connection closed)"
            connection.isOpen shouldBe false
        }

    @Test
    fun aDrainingCloseWhoseCallerGoesClosesAllTheSame() =
        scenario {
            val (actor, _) = stalled(WsOverflow.FAIL)
            val told = actor.tell(message("stuck"))
            withTimeoutOrNull(1.seconds) { actor.close(drain = 10.seconds) } shouldBe null
            pass(5.seconds)
            actor.status.value shouldBe WsConnectionStatus.CLOSED
            told.await().toString() shouldBe "NotDelivered(connection closed)"
        }

    @Test
    fun aDrainOfNothingTakesNoTime() =
        scenario {
            val actor = raw()
            actor.connect()
            actor.tell(message("gone")).await()
            timeOf { actor.close(drain = 10.seconds) } shouldBe 0.seconds
        }
}
