package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.Jitter
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionFailureAction.RECONNECT
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionState.ACKED
import io.github.belay.subscription.WsSubscriptionState.REJECTED
import io.github.belay.subscription.WsSubscriptionState.SENT
import io.github.belay.subscription.WsSubscriptionState.WANTED
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Deferred
import org.junit.jupiter.api.Test
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class SubscriptionUpdateTest {
    private suspend fun Deferred<Map<String, WsSubscriptionOutcome>>.words(): String =
        await().entries.joinToString(" ") { "${it.key}=${it.value}" }

    @Test
    fun eachActionSendsTheDifferenceAndNoMore() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("a", "b")))
            actor.connect()
            val connection = server.acceptConnection()
            val subscriptions = actor.subscriptions
            subscriptions.add("b", "c").words() shouldBe "b=AlreadySubscribed c=Subscribed(isConfirmed=false)"
            subscriptions.remove("a", "z").words() shouldBe "a=Unsubscribed(isConfirmed=false) z=NotSubscribed"
            subscriptions.replace(listOf("c", "d")).words() shouldBe
                "b=Unsubscribed(isConfirmed=false) c=AlreadySubscribed d=Subscribed(isConfirmed=false)"
            subscriptions.states() shouldBe mapOf("c" to SENT, "d" to SENT)
            subscriptions.clear().words() shouldBe "c=Unsubscribed(isConfirmed=false) d=Unsubscribed(isConfirmed=false)"
            subscriptions.update(WsSubscriptionAction.clear()).words() shouldBe ""
            subscriptions.states() shouldBe emptyMap()
            connection.received() shouldContainExactly listOf("+a b", "+c", "-a", "-b", "+d", "-c d")
        }

    @Test
    fun aKeyAddedTwiceIsSentOnce() =
        scenario {
            val actor = actor(KeyedProtocol(keyed()))
            actor.connect()
            val connection = server.acceptConnection()
            val first = actor.subscriptions.add("a")
            val second = actor.subscriptions.add("a", "a")
            second.words() shouldBe "a=AlreadySubscribed"
            first.words() shouldBe "a=Subscribed(isConfirmed=false)"
            pass(1.hours)
            connection.received() shouldContainExactly listOf("+a")
        }

    @Test
    fun theFirstHolderSubscribesAndTheLastOneUnsubscribes() =
        scenario {
            val actor = actor(KeyedProtocol(keyed()))
            actor.connect()
            val connection = server.acceptConnection()
            val one = actor.subscriptions.hold("a", "b")
            val two = actor.subscriptions.hold("a")
            one.outcome.words() shouldBe "a=Subscribed(isConfirmed=false) b=Subscribed(isConfirmed=false)"
            two.outcome.words() shouldBe "a=AlreadySubscribed"
            actor.subscriptions.clear().await()
            connection.received() shouldContainExactly listOf("+a b")
            two.close()
            two.close()
            settle()
            connection.received().shouldBeEmpty()
            one.close()
            settle()
            connection.received() shouldContainExactly listOf("-a b")
            // One that was let go before the connection had heard of it holds nothing.
            actor.subscriptions.hold("c").close()
            settle()
            connection.received().shouldBeEmpty()
            actor.subscriptions.states() shouldBe emptyMap()
        }

    @Test
    fun whateverManyThreadsDoWhatIsWantedLastIsOnTheWireLast() =
        scenario {
            val actor = actor(KeyedProtocol(keyed()))
            actor.connect()
            val connection = server.acceptConnection()
            val wire = ArrayList<String>()
            val random = Random(44)
            repeat(20) {
                List(10) { Random(random.nextLong()) }
                    .map { draws -> thread { repeat(50) { actor.toggle(draws.nextBoolean()) } } }
                    .forEach { it.join() }
                settle()
                wire += connection.received()
                val isOn = wire.lastOrNull()?.startsWith("+") == true
                isOn shouldBe actor.subscriptions.states().containsKey("a")
            }
            // Never twice the same in a row: that would be a message for nothing.
            wire.zipWithNext().count { it.first == it.second } shouldBe 0
        }

    private fun WebSocketActor<*>.toggle(isOn: Boolean) {
        if (isOn) subscriptions.add("a") else subscriptions.remove("a")
    }

    @Test
    fun anAcknowledgedKeyIsMarkedAndItsChangeDone() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("a", "b", ackTimeout = 5.seconds)))
            actor.connect()
            val connection = server.acceptConnection()
            actor.subscriptions.states() shouldBe mapOf("a" to SENT, "b" to SENT)
            connection.sendText("ack b")
            settle()
            actor.subscriptions.states() shouldBe mapOf("a" to SENT, "b" to ACKED)
            val added = actor.subscriptions.add("c")
            settle()
            added.isCompleted shouldBe false
            connection.sendText("ack c a")
            added.words() shouldBe "c=Subscribed(isConfirmed=true)"
            connection.dropSocket()
            settle()
            actor.subscriptions
                .states()
                .values
                .toSet() shouldBe setOf(WANTED)
        }

    @Test
    fun whatIsNoAnswerIsNotLookedAtAndAnAnswerIsParsedAllTheSame() =
        scenario {
            val words =
                object : Words() {
                    override fun maybeSubscriptionResponse(frame: WsFrame): Boolean =
                        frame.payload.decodeToString().startsWith("ack")
                }
            val protocol = KeyedProtocol(keyed("a", words = words))
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            connection.sendText("nack a")
            connection.sendText("price")
            settle()
            words.looks shouldBe 0
            actor.subscriptions.states() shouldBe mapOf("a" to SENT)
            connection.sendText("ack a")
            settle()
            words.looks shouldBe 1
            actor.subscriptions.states() shouldBe mapOf("a" to ACKED)
            protocol.handled shouldContainExactly listOf("nack a", "price", "ack a")
        }

    @Test
    fun aRejectedKeyIsReportedAndKeptWhileTheLinkGoesOn() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("good", "bad", ackTimeout = 5.seconds)))
            actor.connect()
            val connection = server.acceptConnection()
            val added = actor.subscriptions.add("worse")
            settle()
            connection.sendText("ack good")
            connection.sendText("nack bad worse")
            added
                .await()
                .getValue("worse")
                .shouldBeInstanceOf<WsSubscriptionOutcome.Rejected>()
                .text shouldBe
                "no such key"
            val reported = eventsOf<WsLifecycleEvent.SubscriptionFailed>().single()
            reported.keys shouldContainExactly listOf("bad", "worse")
            reported.isRejected shouldBe true
            actor.subscriptions.states() shouldBe mapOf("good" to ACKED, "bad" to REJECTED, "worse" to REJECTED)
            connection.received()
            pass(24.hours)
            // Neither the link nor the server is bothered with it again.
            server.connectAttempts shouldBe 1
            actor.status.value shouldBe CONNECTED
            connection.dropSocket()
            pass(1.seconds)
            val second = server.acceptConnection()
            second.received() shouldContainExactly listOf("+good")
            actor.subscriptions.add("bad")
            settle()
            second.received() shouldContainExactly listOf("+bad")
        }

    @Test
    fun aRejectionCanBeMadeTheEndOfTheLinkAndThenItsDelaysGrow() =
        scenario {
            val actor =
                actor(KeyedProtocol(keyed("bad", ackTimeout = 5.seconds, onRejected = RECONNECT))) {
                    reconnect =
                        ExponentialBackoff(
                            1.seconds,
                            1.hours,
                            2.0,
                            Jitter.None,
                        )
                }
            actor.tell(WebSocketEvent.Connect)
            repeat(4) {
                val connection = server.acceptConnection()
                settle()
                connection.received() shouldContainExactly listOf("+bad")
                connection.sendText("nack bad")
                settle()
                pass(eventsOf<WsLifecycleEvent.Disconnected>().last().retryIn!!)
            }
            val ends = eventsOf<WsLifecycleEvent.Disconnected>()
            ends.map { it.cause }.forEach { it.shouldBeInstanceOf<WsDisconnectCause.ServerError>() }
            ends.map { it.retryIn } shouldContainExactly listOf(1.seconds, 2.seconds, 4.seconds, 8.seconds)
        }

    @Test
    fun whatIsNotAnsweredIsUnconfirmedExactlyAtTheLimit() =
        scenario {
            val actor = actor(KeyedProtocol(keyed(ackTimeout = 5.seconds)))
            actor.connect()
            val connection = server.acceptConnection()
            val added = actor.subscriptions.add("a")
            pass(4999.milliseconds)
            added.isCompleted shouldBe false
            pass(1.milliseconds)
            added.words() shouldBe "a=Unconfirmed"
            eventsOf<WsLifecycleEvent.SubscriptionFailed>().single().isRejected shouldBe false
            connection.sendText("ack a")
            settle()
            actor.subscriptions.states() shouldBe mapOf("a" to ACKED)
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun silenceCanBeMadeTheEndOfTheLink() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("a", ackTimeout = 5.seconds, onAckTimeout = RECONNECT)))
            actor.connect()
            pass(5.seconds)
            eventsOf<WsLifecycleEvent.Disconnected>().single().cause.shouldBeInstanceOf<WsDisconnectCause.ServerError>()
            pass(1.seconds)
            server.acceptedConnections shouldBe 2
        }

    @Test
    fun aChangeThatCannotBeSentIsTakenBackAndTheNextTryWorks() =
        scenario {
            val words =
                object : Words() {
                    var isBroken = true

                    override fun subscribe(
                        id: Long,
                        keys: List<String>,
                    ): WsFrame = if (isBroken) error("secret") else super.subscribe(id, keys)

                    override fun unsubscribe(
                        id: Long,
                        keys: List<String>,
                    ): WsFrame? = if (isBroken) WsFrame.ping() else super.unsubscribe(id, keys)
                }
            val actor = actor(KeyedProtocol(keyed(words = words)))
            actor.connect()
            val connection = server.acceptConnection()
            actor.subscriptions.add("a").words() shouldBe "a=SendFailed(subscribe threw IllegalStateException)"
            actor.subscriptions.states() shouldBe emptyMap()
            words.isBroken = false
            actor.subscriptions.add("a").words() shouldBe "a=Subscribed(isConfirmed=false)"
            words.isBroken = true
            actor.subscriptions.remove("a").words() shouldBe "a=SendFailed(unsubscribe threw IllegalArgumentException)"
            actor.subscriptions.states() shouldBe mapOf("a" to SENT)
            words.isBroken = false
            actor.subscriptions.remove("a").words() shouldBe "a=Unsubscribed(isConfirmed=false)"
            connection.received() shouldContainExactly listOf("+a", "-a")
            actor.stats().handlerErrors shouldBe 2
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun aReplayThatCannotBePutIntoWordsCostsItsKeysAndNotTheLink() =
        scenario {
            val words =
                object : Words() {
                    override fun subscribe(
                        id: Long,
                        keys: List<String>,
                    ): WsFrame = if ("bad" in keys) error("bug") else super.subscribe(id, keys)
                }
            val actor = actor(KeyedProtocol(keyed("bad", "good", words = words, maxKeysPerMessage = 1)))
            actor.connect()
            server.acceptConnection().received() shouldContainExactly listOf("+good")
            actor.subscriptions.states() shouldBe mapOf("bad" to REJECTED, "good" to SENT)
        }

    @Test
    fun whatIsLostOnItsWayIsStoredAndSentOnTheNextLink() =
        scenario {
            val actor = actor(KeyedProtocol(keyed()))
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            val added = actor.subscriptions.add("a")
            settle()
            connection.dropSocket()
            added.words() shouldBe "a=Stored"
            pass(1.seconds)
            server.acceptConnection().received() shouldContainExactly listOf("+a")
        }

    @Test
    fun aClosedConnectionRefusesChangesAndShowsWhatWasWanted() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("a", ackTimeout = 1.hours)))
            actor.connect()
            val open = actor.subscriptions.add("b")
            val hold = actor.subscriptions.hold("c")
            settle()
            actor.close()
            open.words() shouldBe "b=Closed"
            hold.outcome.words() shouldBe "c=Closed"
            actor.subscriptions.add("d", "e").words() shouldBe "d=Closed e=Closed"
            actor.subscriptions.clear().words() shouldBe ""
            hold.close()
            actor.subscriptions.states().keys shouldBe setOf("a", "b", "c")
        }

    @Test
    fun anEmptyKeyIsRefusedOnTheSpot() =
        scenario {
            val actor = actor(KeyedProtocol(keyed()))
            shouldThrow<IllegalArgumentException> { actor.subscriptions.add("a", "") }
            shouldThrow<IllegalArgumentException> { keyed("") }
        }
}
