package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketActorConfig
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Sessions that have to be declared authenticated. */
class AuthGateTest {
    private fun Scenario.gated(
        auth: String? = "login",
        configure: WebSocketActorConfig.Builder.() -> Unit = {},
    ): WebSocketActor<String> {
        val protocol =
            KeyedProtocol(keyed("a"), auth?.let { WsFrame.text(it) }, sessionMode = WsSessionMode.AUTH_GATED)
        return actor(protocol) {
            connectTimeout = 5.minutes
            configure()
        }
    }

    private fun WebSocketActor<*>.tell(text: String) = tell(WebSocketEvent.sendMessage(WsFrame.text(text)))

    @Test
    fun nothingIsSaidOfSubscriptionsBeforeTheSessionIsAuthenticatedAndThenEverythingOnce() =
        scenario {
            val actor = gated()
            actor.tell(WebSocketEvent.Connect)
            repeat(3) { link ->
                val connection = server.acceptConnection()
                settle()
                actor.subscriptions.add("added $link")
                pass(1.minutes)
                connection.received() shouldContainExactly listOf("login")
                actor.status.value shouldBe CONNECTING
                repeat(2) { actor.tell(WebSocketEvent.setAuthenticated(true)).await() shouldBe TellOutcome.Done }
                pass(1.minutes)
                connection.received() shouldContainExactly listOf("+a " + (0..link).joinToString(" ") { "added $it" })
                actor.status.value shouldBe CONNECTED
                connection.dropSocket()
                pass(1.seconds)
            }
        }

    @Test
    fun theGateIsClosedAgainOnTheNextLink() =
        scenario {
            val actor = gated()
            actor.tell(WebSocketEvent.Connect)
            server.acceptConnection().sendText("welcome")
            settle()
            actor.status.value shouldBe CONNECTED
            server.connections().single().dropSocket()
            settle()
            // Nobody can be authenticated while there is no link, and it does not count for the next one.
            actor.tell(WebSocketEvent.setAuthenticated(true)).await().shouldBeInstanceOf<TellOutcome.NotDelivered>()
            actor.subscriptions.add("b")
            pass(1.seconds)
            server.acceptConnection()
            val second = server.connections().single()
            pass(1.minutes)
            second.received() shouldContainExactly listOf("login")
            actor.status.value shouldBe CONNECTING
        }

    @Test
    fun whatIsTakenBackHoldsLaterChangesAndNoOthersUntilItIsDeclaredAnew() =
        scenario {
            val actor = gated()
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            connection.sendText("welcome")
            settle()
            connection.received() shouldContainExactly listOf("login", "+a")
            actor.tell(WebSocketEvent.setAuthenticated(false))
            val added = actor.subscriptions.add("b")
            actor.subscriptions.remove("a")
            actor.tell("hello")
            settle()
            added.await().getValue("b").toString() shouldBe "Stored"
            connection.received() shouldContainExactly listOf("hello")
            actor.tell(WebSocketEvent.setAuthenticated(true))
            settle()
            connection.received() shouldContainExactly listOf("+b", "-a")
        }

    @Test
    fun whatWasToldBeforeTheLoginLeavesInOrderBehindTheReplay() =
        scenario {
            val actor = gated()
            actor.tell("first")
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            settle()
            actor.tell("second")
            actor.subscriptions.add("b")
            actor.tell("third")
            pass(1.minutes)
            connection.received() shouldContainExactly listOf("login")
            connection.sendText("welcome")
            settle()
            connection.received() shouldContainExactly listOf("+a b", "first", "second", "third")
        }

    @Test
    fun anOpenGateLetsALoginBeAConversation() =
        scenario {
            val actor = gated(auth = null) { gateSends = false }
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            settle()
            actor.tell("hello")
            settle()
            connection.received() shouldContainExactly listOf("hello")
            val login =
                test.async { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("login"), 5.seconds)) }
            settle()
            connection.received() shouldContainExactly listOf("login")
            connection.sendText("ok:7")
            login.await().shouldBeInstanceOf<WsDelegatedOk>()
            actor.status.value shouldBe CONNECTING
            connection.received().shouldBeEmpty()
            actor.tell(WebSocketEvent.setAuthenticated(true))
            settle()
            connection.received() shouldContainExactly listOf("+a")
            actor.status.value shouldBe CONNECTED
        }
}
