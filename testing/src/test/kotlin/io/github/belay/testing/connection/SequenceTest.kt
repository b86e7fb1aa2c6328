package io.github.belay.testing.connection

import io.github.belay.continuity.WsSequenceRecovery
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.seconds

/** Numbered messages of which one is missing or comes twice. */
class SequenceTest {
    private suspend fun Scenario.received(
        protocol: NumberedProtocol,
        vararg messages: String,
    ) {
        actor(protocol).connect()
        server.acceptConnection().sendBurst(messages.map(WsFrame::text))
        settle()
    }

    @Test
    fun whoeverContinuesGetsEverythingAndTheGapInItsPlace() =
        scenario {
            val protocol = NumberedProtocol(WsSequenceRecovery.CONTINUE)
            received(protocol, "a 1", "b 50", "a 3", "b 51", "a 4", "unnumbered", "a 4")
            protocol.handled shouldContainExactly
                listOf("a 1", "b 50", "gap a>1 0s sequence_broken", "a 3", "b 51", "a 4", "unnumbered", "a 4")
        }

    @Test
    fun whoeverDropsLosesTheMessageAndHearsOfTheGap() =
        scenario {
            val protocol = NumberedProtocol(WsSequenceRecovery.DROP)
            received(protocol, "a 1", "a 3", "a 4", "a 2", "a 5")
            protocol.handled shouldContainExactly listOf("a 1", "gap a>1 0s sequence_broken", "a 4", "a 5")
        }

    @Test
    fun byDefaultRepeatsAreDroppedAndWhatIsMissingIsAGap() =
        scenario {
            val protocol = NumberedProtocol()
            received(protocol, "a 1", "a 1", "a 2", "a 1", "a 4")
            protocol.handled shouldContainExactly listOf("a 1", "a 2", "gap a>2 0s sequence_broken", "a 4")
        }

    @Test
    fun whoeverReconnectsGetsAnotherLinkAndNothingMoreOfThisOne() =
        scenario {
            val protocol = NumberedProtocol(WsSequenceRecovery.RECONNECT)
            received(protocol, "a 1", "a 3", "a 4", "b 1")
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.SequenceBroken>().expected shouldBe 2
            pass(1.seconds)
            server.acceptConnection().sendText("a 1")
            settle()
            protocol.handled shouldContainExactly listOf("a 1", "gap a>1 1s sequence_broken", "restored a 1s", "a 1")
        }

    @Test
    fun whoeverResubscribesSendsOneMessageForTheTopicsThatBroke() =
        scenario {
            val protocol =
                object : NumberedProtocol(WsSequenceRecovery.RESUBSCRIBE) {
                    override fun resubscription(topics: List<String>) = WsFrame.text("again: $topics")
                }
            actor(protocol).connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            connection.sendBurst(listOf("a 1", "b 1", "c 1", "a 3", "b 3", "a 4", "c 2").map(WsFrame::text))
            settle()
            pass(2.seconds)
            connection.sendText("b 4")
            settle()
            connection.resumeWrites()
            connection.receiveText() shouldBe "again: [a, b]"
            connection.tryReceive().shouldBeNull()
            settle()
            listOf("a 100", "b 200", "c 3", "a 101").forEach(connection::sendText)
            settle()
            protocol.handled shouldContainExactly
                listOf("a 1", "b 1", "c 1", "gap a>1 0s sequence_broken", "gap b>1 0s sequence_broken", "c 2") +
                listOf("restored a 2s", "restored b 2s", "a 100", "b 200", "c 3", "a 101")
            eventsOf<WsLifecycleEvent.Disconnected>().shouldBeEmpty()
        }

    @Test
    fun aResubscriptionThatNeedsNoMessageIsDoneAtOnce() =
        scenario {
            val protocol = NumberedProtocol(WsSequenceRecovery.RESUBSCRIBE)
            actor(protocol).connect()
            val connection = server.acceptConnection()
            listOf("a 1", "a 3", "a 9").forEach(connection::sendText)
            settle()
            protocol.handled shouldContainExactly
                listOf("a 1", "gap a>1 0s sequence_broken", "restored a 0s", "a 9")
            connection.tryReceive().shouldBeNull()
        }

    @Test
    fun countingStartsAfreshOnEachLink() =
        scenario {
            val protocol = NumberedProtocol(WsSequenceRecovery.RECONNECT)
            val actor = actor(protocol)
            actor.connect()
            for (first in listOf(5, 1, 100)) {
                server.acceptConnection().run {
                    sendText("a $first")
                    sendText("a ${first + 1}")
                    settle()
                    dropSocket()
                }
                pass(1.seconds)
            }
            actor.status.value shouldBe CONNECTED
            protocol.handled.filter { it.startsWith("a") } shouldContainExactly
                listOf("a 5", "a 6", "a 1", "a 2", "a 100", "a 101")
            protocol.classified.map { it.kind } shouldContainExactly List(3) { "remote_closed" }
        }

    @Test
    fun sequencesThatThrowLetTheMessageThrough() =
        scenario {
            val protocol = NumberedProtocol()
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().sendBurst(listOf("a 1", "a x", "a 2").map(WsFrame::text))
            settle()
            protocol.handled shouldContainExactly listOf("a 1", "a x", "a 2")
            actor.stats().handlerErrors shouldBe 1
        }
}
