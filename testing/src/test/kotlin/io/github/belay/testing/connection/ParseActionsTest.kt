package io.github.belay.testing.connection

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsServerErrorAction
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

class ParseActionsTest {
    /** Understands the words below; everything else is a message. */
    private open class Commands(
        topics: List<String> = emptyList(),
        private val onError: WsServerErrorAction = WsServerErrorAction.CONTINUE,
    ) : TextProtocol(topics = topics) {
        var serverErrors = 0

        override fun understand(text: String): WsParseOutcome<String> =
            when (text) {
                "ack" -> WsParseOutcome.Continue
                "challenge" -> WsParseOutcome.Send(WsFrame.text("response"))
                "welcome" -> WsParseOutcome.SessionAuthenticated
                "move" -> WsParseOutcome.Reconnect("move")
                "goodbye" -> WsParseOutcome.Shutdown("goodbye")
                "trouble" -> WsParseOutcome.ServerError(42, "trouble")
                else -> WsParseOutcome.Message(text)
            }

        override fun handleServerError(error: WsParseOutcome.ServerError): WsServerErrorAction {
            serverErrors++
            return onError
        }
    }

    @Test
    fun messageReachesTheUserAndContinueDoesNot() =
        scenario {
            val protocol = Commands()
            actor(protocol).connect()
            server.acceptConnection().sendBurst(listOf("one", "ack", "two").map(WsFrame::text))
            settle()
            protocol.handled shouldContainExactly listOf("one", "two")
        }

    @Test
    fun sendIsWrittenOnceAndAheadOfWhatIsQueued() =
        scenario {
            val actor = actor(Commands())
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            for (text in listOf("first", "second", "third")) {
                actor.tell(WebSocketEvent.sendMessage(WsFrame.text(text)))
                settle()
            }
            connection.sendText("challenge")
            settle()
            connection.resumeWrites()
            // The first one was on its way already.
            List(4) { connection.receiveText() } shouldContainExactly listOf("first", "response", "second", "third")
            connection.receive(1.hours).shouldBeNull()
        }

    @Test
    fun sessionAuthenticatedOpensTheGateOnceForEachLink() =
        scenario {
            val gated =
                object : Commands(listOf("a", "b")) {
                    override val sessionMode = WsSessionMode.AUTH_GATED

                    override suspend fun generateAuth(): WsFrame = WsFrame.text("login")
                }
            val actor = actor(gated)
            actor.tell(WebSocketEvent.Connect)
            repeat(2) {
                val connection = server.acceptConnection()
                connection.receiveText() shouldBe "login"
                pass(5.seconds)
                actor.status.value shouldBe CONNECTING
                connection.tryReceive().shouldBeNull()
                connection.sendText("welcome")
                connection.sendText("welcome")
                settle()
                actor.status.value shouldBe CONNECTED
                List(2) { connection.receiveText() } shouldContainExactly listOf("a", "b")
                connection.tryReceive().shouldBeNull()
                connection.dropSocket()
                pass(1.seconds)
            }
        }

    @Test
    fun reconnectEndsTheLinkOnceAndComesBack() =
        scenario {
            val protocol = Commands()
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().run {
                sendText("move")
                receive().toString() shouldBe "CLOSE(2 bytes)"
            }
            settle()
            actor.status.value shouldBe DISCONNECTED
            val lost = eventsOf<WsLifecycleEvent.Disconnected>().single()
            lost.cause.shouldBeInstanceOf<WsDisconnectCause.EndpointRequested>().reason shouldBe "move"
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
            server.acceptedConnections shouldBe 2
        }

    @Test
    fun shutdownClosesForGood() =
        scenario {
            val actor = actor(Commands())
            actor.connect()
            server.acceptConnection().run {
                sendText("goodbye")
                receive().toString() shouldBe "CLOSE(2 bytes)"
            }
            settle()
            actor.status.value shouldBe CLOSED
            val cause = eventsOf<WsLifecycleEvent.Closed>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.EndpointRequested>().reason shouldBe "goodbye"
            pass(1.hours)
            server.connectAttempts shouldBe 1
        }

    @Test
    fun aServerErrorThatTheEndpointShrugsOffIsCountedAndNoMore() =
        scenario {
            val protocol = Commands(onError = WsServerErrorAction.CONTINUE)
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().sendBurst(listOf("trouble", "fine").map(WsFrame::text))
            settle()
            protocol.serverErrors shouldBe 1
            actor.stats().serverErrors shouldBe 1
            actor.status.value shouldBe CONNECTED
            protocol.handled shouldContainExactly listOf("fine")
        }

    @Test
    fun aServerErrorCanEndTheLink() =
        scenario {
            val protocol = Commands(onError = WsServerErrorAction.RECONNECT)
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().sendText("trouble")
            settle()
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.ServerError>().code shouldBe 42
            pass(1.seconds)
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun aFatalServerErrorEndsTheLinkAndStaysDown() =
        scenario {
            val protocol = Commands(onError = WsServerErrorAction.FATAL)
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().sendText("trouble")
            pass(1.hours)
            protocol.serverErrors shouldBe 1
            actor.status.value shouldBe DISCONNECTED
            server.connectAttempts shouldBe 1
            val lost = eventsOf<WsLifecycleEvent.Disconnected>().single()
            lost.cause.shouldBeInstanceOf<WsDisconnectCause.ServerError>()
            lost.willReconnect shouldBe false
            actor.connect()
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun anIngressMayShutDownToo() =
        scenario {
            val weary =
                object : WsIngress<String> {
                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> =
                        WsIngressAction.Shutdown("enough")
                }
            val actor = actor(Commands(), weary)
            actor.connect()
            server.acceptConnection().sendText("x")
            settle()
            actor.status.value shouldBe CLOSED
            eventsOf<WsLifecycleEvent.Closed>().single().cause.toString() shouldBe "endpoint_requested(enough)"
        }
}
