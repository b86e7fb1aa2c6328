package io.github.belay.testing.connection

import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.subscription.WsSubscriptionResponse
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

/** A manager that somebody wrote who wants to keep the set himself. */
class OwnSubscriptionsTest {
    private class Own : WsSubscriptionManager {
        val set = sortedSetOf("a")
        var isBroken = false

        override fun initialSubscriptions(): List<WsFrame> = set.map { WsFrame.text("sub $it") }

        override fun updateSubscriptions(action: WsSubscriptionAction): List<WsFrame> {
            check(!isBroken) { "broken" }
            return when (action) {
                is WsSubscriptionAction.Add -> action.keys.filter(set::add).map { WsFrame.text("sub $it") }
                is WsSubscriptionAction.Remove -> action.keys.filter(set::remove).map { WsFrame.text("unsub $it") }
                is WsSubscriptionAction.Replace -> error("not needed")
                WsSubscriptionAction.Clear -> listOf(WsFrame.text("unsub all")).also { set.clear() }
            }
        }

        override fun maybeSubscriptionResponse(frame: WsFrame): Boolean =
            frame.payload.decodeToString().startsWith("refused")

        override fun handleSubscriptionResponse(frame: WsFrame): WsSubscriptionResponse =
            WsSubscriptionResponse.rejected(listOf(frame.payload.decodeToString().substringAfter(' ')), "no")
    }

    private class OwnProtocol(
        override val subscriptions: Own,
    ) : TextProtocol()

    @Test
    fun itsMessagesAreReplayedOnEveryLinkAndItsUpdatesSentWhileOneIsUp() =
        scenario {
            val own = Own()
            val actor = actor(OwnProtocol(own))
            actor.subscriptions
                .add("b")
                .await()
                .getValue("b")
                .toString() shouldBe "Stored"
            actor.connect()
            val connection = server.acceptConnection()
            actor.subscriptions
                .add("c")
                .await()
                .getValue("c")
                .toString() shouldBe "Subscribed(isConfirmed=false)"
            actor.subscriptions
                .remove("a")
                .await()
                .getValue("a")
                .toString() shouldBe "Unsubscribed(isConfirmed=false)"
            actor.tell(WebSocketEvent.ReplaySubscriptions).await() shouldBe TellOutcome.Done
            connection.received() shouldContainExactly
                listOf("sub a", "sub b", "sub c", "unsub a", "sub b", "sub c")
            connection.dropSocket()
            settle()
            actor.subscriptions.clear().await() shouldBe emptyMap()
            pass(1.seconds)
            server.acceptConnection().received().shouldBeEmpty()
        }

    @Test
    fun whatItRefusesIsReportedAndTheLinkGoesOn() =
        scenario {
            val own = Own()
            val actor = actor(OwnProtocol(own))
            actor.connect()
            val connection = server.acceptConnection()
            connection.sendText("refused a")
            own.isBroken = true
            settle()
            eventsOf<WsLifecycleEvent.SubscriptionFailed>().single().keys shouldContainExactly listOf("a")
            actor.subscriptions
                .add("b")
                .await()
                .getValue("b")
                .toString() shouldBe
                "SendFailed(updateSubscriptions threw IllegalStateException)"
            pass(1.hours)
            actor.status.value shouldBe CONNECTED
            server.connectAttempts shouldBe 1
        }

    @Test
    fun itsHoldersAreCountedForIt() =
        scenario {
            val actor = actor(OwnProtocol(Own()))
            actor.connect()
            val connection = server.acceptConnection()
            connection.received()
            val one = actor.subscriptions.hold("x")
            val two = actor.subscriptions.hold("x")
            settle()
            connection.received() shouldContainExactly listOf("sub x")
            one.close()
            settle()
            connection.received().shouldBeEmpty()
            two.close()
            settle()
            connection.received() shouldContainExactly listOf("unsub x")
        }

    @Test
    fun moreThanTheQueueHoldsIsRefusedAndTheLinkIsUnharmed() =
        scenario {
            val actor = actor(OwnProtocol(Own())) { outboundCapacity = 4 }
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            val updates = List(20) { number -> actor.subscriptions.add("k$number").also { settle() } }
            val refused = updates.count { it.isCompleted }
            connection.resumeWrites()
            settle()
            // Two are on their way, one waits for room there, and as many as the bound wait behind.
            refused shouldBe 13
            connection.received().size shouldBe 1 + 7
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun withoutAManagerThereIsNothingToChange() =
        scenario {
            val actor = raw()
            actor.connect()
            actor.subscriptions
                .add("a")
                .await()
                .getValue("a")
                .toString() shouldBe
                "SendFailed(updateSubscriptions threw UnsupportedOperationException)"
            actor.subscriptions.states() shouldBe emptyMap()
            actor.status.value shouldBe CONNECTED
        }
}
