package io.github.belay.testing.connection

import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.subscription.WsSubscriptionState
import io.github.belay.testing.MockConnection
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.delay
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class ReplayTest {
    /** The next connection, which is there: with pings under way, virtual time would pass for ever in a wait for it. */
    private fun Scenario.accepted(): MockConnection = server.tryAcceptConnection().shouldNotBeNull()

    @Test
    fun everyLinkGetsTheWholeSetBeforeItIsReady() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("a", "b"), auth = WsFrame.text("login")))
            val sentBeforeReady = ArrayList<List<String>>()
            onEvent = { if (it is WsLifecycleEvent.Ready) sentBeforeReady += server.connections().single().received() }
            actor.tell(WebSocketEvent.Connect)
            repeat(3) {
                settle()
                accepted().dropSocket()
                pass(1.seconds)
            }
            sentBeforeReady shouldContainExactly List(4) { listOf("login", "+a b") }
        }

    @Test
    fun initialAndAddedKeysComeBackHoweverTheLinkWasLost() =
        scenario {
            val protocol = KeyedProtocol(keyed("initial"))
            val actor =
                actor(protocol) {
                    heartbeat = ProtocolPingPong(interval = 1.seconds, timeout = 1.seconds)
                    maxSilence = 1.minutes
                }
            actor.connect()
            actor.subscriptions.add("added")
            settle()
            server.acceptConnection().apply {
                received() shouldContainExactly listOf("+initial", "+added")
                sendClose(1012, "restart")
            }
            pass(2.seconds)
            accepted().apply {
                received() shouldContainExactly listOf("+initial added")
                goSilent()
            }
            pass(4.seconds)
            accepted().received() shouldContainExactly listOf("+initial added")
            eventsOf<WsLifecycleEvent.Disconnected>().map { it.cause.kind } shouldContainExactly
                listOf("remote_closed", "pong_timeout")
        }

    @Test
    fun initialAndAddedKeysComeBackAfterSilence() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("initial"))) { maxSilence = 10.seconds }
            actor.connect()
            actor.subscriptions.add("added")
            pass(12.seconds)
            eventsOf<WsLifecycleEvent.Disconnected>().single().cause.shouldBeInstanceOf<WsDisconnectCause.StaleData>()
            server.acceptConnection()
            server.acceptConnection().received() shouldContainExactly listOf("+initial added")
        }

    @Test
    fun aKeyAddedWhileOfflineIsSentInOneMessageOnly() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("a")))
            val early = actor.subscriptions.add("b")
            settle()
            early.await().mapValues { "${it.value}" } shouldBe mapOf("b" to "Stored")
            actor.connect()
            val first = server.acceptConnection()
            pass(1.minutes)
            first.received() shouldContainExactly listOf("+a b")
            first.dropSocket()
            settle()
            actor.subscriptions.add("c")
            actor.subscriptions.remove("a")
            pass(1.minutes)
            server.acceptConnection().received() shouldContainExactly listOf("+b c")
            actor.subscriptions
                .states()
                .values
                .toSet() shouldBe setOf(WsSubscriptionState.SENT)
        }

    @Test
    fun aKeyAddedDuringTheReplayIsSentOnce() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("a"), auth = WsFrame.text("login")))
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            connection.stallWrites()
            settle()
            actor.subscriptions.add("b")
            settle()
            connection.resumeWrites()
            pass(1.minutes)
            connection.received() shouldContainExactly listOf("login", "+a b")
        }

    @Test
    fun aThousandKeysAreTenMessagesOfAHundred() =
        scenario {
            val keys = List(1_000) { "k$it" }
            val actor = actor(KeyedProtocol(keyed(maxKeysPerMessage = 100)))
            actor.connect()
            val first = server.acceptConnection()
            actor.subscriptions.replace(keys)
            settle()
            val sent = first.received()
            sent.size shouldBe 10
            sent.flatMap { it.drop(1).split(' ') } shouldContainExactly keys
            first.dropSocket()
            pass(1.seconds)
            server.acceptConnection().received() shouldContainExactly sent
        }

    @Test
    fun pacedMessagesKeepTheirDistanceAndALongReplayMayTakeLongerThanAConnect() =
        scenario {
            val words = keyed(*Array(30) { "k$it" }, maxKeysPerMessage = 1, pacing = 1.seconds)
            val actor = actor(KeyedProtocol(words)) { connectTimeout = 5.seconds }
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            settle()
            connection.received().size shouldBe 1
            pass(999.milliseconds)
            connection.received().shouldBeEmpty()
            pass(1.milliseconds)
            connection.received().size shouldBe 1
            pass(27.seconds)
            actor.status.value shouldBe CONNECTING
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
            server.acceptedConnections shouldBe 1
        }

    @Test
    fun aReplayLargerThanTheQueueNeverHoldsMoreThanItsBounds() =
        scenario {
            val keys = List(500) { "k$it".padEnd(20, '.') }
            val protocol =
                object : Words() {
                    var asked = 0

                    override fun subscribe(
                        id: Long,
                        keys: List<String>,
                    ): WsFrame = super.subscribe(id, keys).also { asked++ }
                }
            val actor =
                actor(KeyedProtocol(keyed(*keys.toTypedArray(), words = protocol, maxKeysPerMessage = 1))) {
                    outboundCapacity = 40
                    maxQueuedBytes = 200
                }
            server.otherwise =
                io.github.belay.testing.MockHandshake
                    .accept()
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            connection.stallWrites()
            settle()
            // Half of 200 bytes are four messages of 21; one more was asked for and found no room.
            protocol.asked shouldBe 5
            connection.resumeWrites()
            settle()
            connection.received().size shouldBe 500
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun aReplayOnRequestSendsTheSetOnceMore() =
        scenario {
            val actor = actor(KeyedProtocol(keyed("a", "b")))
            actor.tell(WebSocketEvent.ReplaySubscriptions).await().shouldBeInstanceOf<TellOutcome.NotDelivered>()
            actor.connect()
            val connection = server.acceptConnection()
            actor.tell(WebSocketEvent.replaySubscriptions()).await() shouldBe TellOutcome.Done
            connection.received() shouldContainExactly listOf("+a b", "+a b")
            pass(1.hours)
            connection.received().shouldBeEmpty()
            connection.stallWrites()
            val late = actor.tell(WebSocketEvent.ReplaySubscriptions)
            settle()
            connection.dropSocket()
            settle()
            late.await().shouldBeInstanceOf<TellOutcome.NotDelivered>()
            actor.close()
            actor.tell(WebSocketEvent.ReplaySubscriptions).await() shouldBe TellOutcome.Closed
        }

    @Test
    fun aReplayOnRequestIsRefusedWhileTheSessionIsNotAuthenticated() =
        scenario {
            val actor =
                actor(KeyedProtocol(keyed("a"), sessionMode = WsSessionMode.AUTH_GATED))
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            settle()
            actor.tell(WebSocketEvent.ReplaySubscriptions).await().shouldBeInstanceOf<TellOutcome.NotDelivered>()
            connection.sendText("welcome")
            settle()
            actor.tell(WebSocketEvent.setAuthenticated(false))
            actor.tell(WebSocketEvent.ReplaySubscriptions).await().shouldBeInstanceOf<TellOutcome.NotDelivered>()
            connection.received() shouldContainExactly listOf("+a")
        }

    @Test
    fun whatTheLoginMakesIsTheFirstMessageOnEveryLinkHoweverLongItTakes() =
        scenario {
            var logins = 0
            val protocol =
                object : KeyedProtocol(keyed("a")) {
                    override suspend fun generateAuth(): WsFrame {
                        delay(3.seconds)
                        return WsFrame.text("token ${++logins}")
                    }
                }
            val actor = actor(protocol)
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("hello")))
            actor.connect()
            settle()
            accepted().apply {
                received() shouldContainExactly listOf("token 1", "+a", "hello")
                dropSocket()
            }
            pass(4.seconds)
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("again")))
            settle()
            server.acceptConnection().received() shouldContainExactly listOf("token 2", "+a", "again")
        }
}
