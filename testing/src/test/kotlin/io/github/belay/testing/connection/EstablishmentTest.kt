@file:OptIn(ExperimentalCoroutinesApi::class)

package io.github.belay.testing.connection

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class EstablishmentTest {
    private val login = WsFrame.text("login")

    @Test
    fun isConnectedOnlyOnceLoginAndSubscriptionsHaveLeft() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(login, listOf("a", "b")), transport = manual)
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.session.holdsFlushes = true
            link.open()
            settle()
            link.session.texts shouldContainExactly listOf("login")
            actor.status.value shouldBe CONNECTING
            link.session.releaseFlushes()
            settle()
            link.session.texts shouldContainExactly listOf("login", "a", "b")
            actor.status.value shouldBe CONNECTING
            link.session.releaseFlushes()
            settle()
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun everyOpenGoesThroughTheSameSteps() =
        scenario {
            val manual = ManualTransport()
            val protocol = TextProtocol(login, listOf("b", "a"))
            // A writer that writes in the very moment in which it may.
            val eager = runtime(UnconfinedTestDispatcher(test.testScheduler))
            val actor = actor(protocol, transport = manual, runtime = eager)
            onEvent = { if (it is WsLifecycleEvent.Ready) protocol.calls += "ready" }
            actor.tell(WebSocketEvent.Connect)
            for (open in 1..3) {
                protocol.calls.clear()
                actor.tell(WebSocketEvent.sendMessage(WsFrame.text("first $open")))
                actor.tell(WebSocketEvent.sendMessage(WsFrame.text("second $open")))
                pass(1.seconds)
                val link = manual.attempts.last()
                link.session.onWrite = { protocol.calls += it.payload.decodeToString() }
                link.open()
                settle()
                protocol.calls shouldContainExactly
                    listOf("onOpen", "opened(${open > 1})", "login", "b", "a", "ready", "first $open", "second $open")
                link.drop()
                settle()
            }
        }

    @Test
    fun onlyTheFirstOpenIsNoReconnect() =
        scenario {
            val protocol = TextProtocol()
            val actor = actor(protocol)
            server.reject(503)
            actor.connect()
            repeat(2) {
                server.acceptConnection().dropSocket()
                pass(1.seconds)
            }
            protocol.calls.filter { it.startsWith("opened") } shouldContainExactly
                listOf("opened(false)", "opened(true)", "opened(true)")
        }

    @Test
    fun aLinkThatIsNotReadyInTimeIsGivenUp() =
        scenario {
            val stuck =
                object : TextProtocol() {
                    override suspend fun generateAuth(): WsFrame? = awaitCancellation()
                }
            val actor = actor(stuck) { connectTimeout = 3.seconds }
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            pass(2_999.milliseconds)
            actor.status.value shouldBe CONNECTING
            connection.tryReceive() shouldBe null
            pass(1.milliseconds)
            connection.tryReceive() shouldBe WsFrame.close()
            val lost = eventsOf<WsLifecycleEvent.Disconnected>().single()
            lost.wasOpen shouldBe true
            lost.cause.shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>().failure shouldBe
                WsHandshakeFailure.TIMED_OUT
        }

    @Test
    fun aHandshakeThatNeverEndsIsCancelledAtTheTimeout() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(), transport = manual) { connectTimeout = 3.seconds }
            actor.tell(WebSocketEvent.Connect)
            pass(2_999.milliseconds)
            manual.attempts.single().isCancelled shouldBe false
            eventsOf<WsLifecycleEvent.Disconnected>().shouldBeEmpty()
            pass(1.milliseconds)
            manual.attempts.single().isCancelled shouldBe true
            val lost = eventsOf<WsLifecycleEvent.Disconnected>().single()
            lost.wasOpen shouldBe false
            lost.cause.shouldBeInstanceOf<WsDisconnectCause.HandshakeFailed>().failure shouldBe
                WsHandshakeFailure.TIMED_OUT
            pass(1.seconds)
            manual.attempts.size shouldBe 2
        }

    @Test
    fun whoeverDeclaresTheSessionAuthenticatedTooEarlyDoesNotOvertakeTheLogin() =
        scenario {
            val credentials = CompletableDeferred<WsFrame>()
            val actor = actor(gated(credentials::await))
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            settle()
            actor.tell(WebSocketEvent.setAuthenticated(true)).await()
            settle()
            actor.status.value shouldBe CONNECTING
            credentials.complete(login)
            connection.receiveText() shouldBe "login"
            connection.receiveText() shouldBe "a"
            settle()
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun whoeverTakesTheirConsentBackInTimeIsHeard() =
        scenario {
            val credentials = CompletableDeferred<WsFrame>()
            val actor = actor(gated(credentials::await))
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            settle()
            actor.tell(WebSocketEvent.setAuthenticated(true)).await() shouldBe TellOutcome.Done
            actor.tell(WebSocketEvent.setAuthenticated(false)).await() shouldBe TellOutcome.Done
            credentials.complete(login)
            connection.receiveText() shouldBe "login"
            settle()
            connection.tryReceive() shouldBe null
            actor.status.value shouldBe CONNECTING
            actor.tell(WebSocketEvent.setAuthenticated(true)).await()
            connection.receiveText() shouldBe "a"
            settle()
            // Too late: what was subscribed to is subscribed to.
            actor.tell(WebSocketEvent.setAuthenticated(false)).await() shouldBe TellOutcome.Done
            settle()
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun aSessionIsNotDeclaredAuthenticatedBeforeItsLinkIsOpen() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(gated { login }, transport = manual)
            val declare = WebSocketEvent.setAuthenticated(true)
            actor.tell(declare).await().toString() shouldBe "NotDelivered(no link is open)"
            actor.tell(WebSocketEvent.Connect)
            settle()
            actor.tell(declare).await().toString() shouldBe "NotDelivered(no link is open)"
            manual.attempts.single().open()
            settle()
            actor.status.value shouldBe CONNECTING
            actor.tell(declare).await() shouldBe TellOutcome.Done
            settle()
            actor.status.value shouldBe CONNECTED
        }

    private fun gated(credentials: suspend () -> WsFrame): TextProtocol =
        object : TextProtocol(topics = listOf("a")) {
            override val sessionMode = WsSessionMode.AUTH_GATED

            override suspend fun generateAuth(): WsFrame = credentials()
        }

    @Test
    fun aSetOfSubscriptionsLargerThanTheQueueIsWrittenWhole() =
        scenario {
            val topics = List(50) { "topic $it" }
            val actor = actor(TextProtocol(login, topics)) { outboundCapacity = 1 }
            actor.connect()
            now shouldBe 0.seconds
            val connection = server.acceptConnection()
            List(51) { connection.receiveText() } shouldContainExactly listOf("login") + topics
        }

    @Test
    fun subscriptionsThatFindNoRoomEndTheLinkAndSayWhy() =
        scenario {
            val gated =
                object : TextProtocol(topics = listOf("a")) {
                    override val sessionMode = WsSessionMode.AUTH_GATED

                    override fun understand(text: String): WsParseOutcome<String> =
                        if (text == "welcome") WsParseOutcome.SessionAuthenticated else WsParseOutcome.Send(login)
                }
            val actor = actor(gated) { outboundCapacity = 1 }
            actor.tell(WebSocketEvent.Connect)
            val connection = server.acceptConnection()
            settle()
            connection.stallWrites()
            // The first answer is on its way, the second one waits and fills the lane.
            for (text in listOf("challenge", "challenge", "welcome")) {
                connection.sendText(text)
                settle()
            }
            // The Close frame cannot leave either, and is waited for until the close timeout.
            pass(2.seconds)
            eventsOf<WsLifecycleEvent.Disconnected>().single().cause.toString() shouldBe
                "internal_error(subscriptions: not delivered: QueueFull(limit=1 frames))"
        }
}
