package io.github.belay.testing.link

import io.github.belay.WebSocketActor
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ConstantBackoff
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.testing.server.RawWsOptions
import io.github.belay.testing.wire.TransportUnderTest
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import java.net.ServerSocket
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

/** `close()` at every point of a connection's life; each test ends with the proof that nothing is left. */
abstract class CloseInEveryPhaseScenarios(
    protected val subject: TransportUnderTest,
    protected val options: RawWsOptions = RawWsOptions(),
) {
    @Test
    fun beforeAnything() = onRealSockets(subject, options) { closesPromptly(raw()) }

    @Test
    fun whileTheTargetIsLookedUp() =
        onRealSockets(subject, options) {
            val asked = CompletableDeferred<Unit>()
            val actor =
                raw(usesUrl = false) {
                    target {
                        asked.complete(Unit)
                        awaitCancellation()
                    }
                }
            actor.tell(WebSocketEvent.Connect)
            asked.await()
            closesPromptly(actor)
        }

    @Test
    fun duringTheHandshake() =
        onRealSockets(subject, options) {
            server.enqueue(ServerHandshake.Hang)
            val actor = raw()
            actor.tell(WebSocketEvent.Connect)
            server.awaitAttempts(1)
            closesPromptly(actor)
        }

    @Test
    fun whileTheAuthPayloadIsBeingMade() =
        onRealSockets(subject, options) {
            val actor =
                actor(
                    object : Silent() {
                        override suspend fun generateAuth(): WsFrame? = awaitCancellation()
                    },
                )
            actor.tell(WebSocketEvent.Connect)
            next<WsLifecycleEvent.Opened>()
            closesPromptly(actor)
        }

    @Test
    fun whileTheSessionWaitsToBeAuthenticated() =
        onRealSockets(subject, options) {
            val actor =
                actor(
                    object : Silent() {
                        override val sessionMode: WsSessionMode = WsSessionMode.AUTH_GATED
                    },
                )
            actor.tell(WebSocketEvent.Connect)
            next<WsLifecycleEvent.Opened>()
            closesPromptly(actor)
        }

    @Test
    fun whileTheSubscriptionsAreReplayed() {
        // The server reads no further than a frame or two, unless somebody receives them.
        val unread = RawWsOptions(options.tls, maxUnreceivedFrames = 1)
        onRealSockets(subject, unread) {
            val actor =
                actor(
                    object : Silent() {
                        override val subscriptions =
                            object : WsSubscriptionManager {
                                override fun initialSubscriptions(): List<WsFrame> =
                                    List(STUCK_FRAMES) { WsFrame.binary(ByteArray(STUCK_BYTES)) }
                            }
                    },
                )
            actor.tell(WebSocketEvent.Connect)
            server
                .awaitConnection()
                .receive()
                .payload.size shouldBe STUCK_BYTES
            actor.status.value shouldBe WsConnectionStatus.CONNECTING
            closesPromptly(actor)
        }
    }

    @Test
    fun whileConnected() =
        onRealSockets(subject, options) {
            val actor = raw()
            actor.connect()
            val connection = server.awaitConnection()
            closesPromptly(actor)
            connection.receive().kind shouldBe WsFrameKind.CLOSE
        }

    @Test
    fun whileThePeerDoesNotRead() =
        onRealSockets(subject, options) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().stopReading()
            repeat(STUCK_FRAMES) { actor.tell(WebSocketEvent.SendMessage(WsFrame.binary(ByteArray(STUCK_BYTES)))) }
            closesPromptly(actor)
        }

    @Test
    fun whileThePeerIsSilent() =
        onRealSockets(subject, options) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().goSilent()
            closesPromptly(actor)
        }

    @Test
    fun duringTheWaitForTheNextAttempt() =
        onRealSockets(subject, options) {
            val closedPort = ServerSocket(0).use { it.localPort }
            val actor =
                raw {
                    url("${server.url.scheme}://127.0.0.1:$closedPort/")
                    reconnect = ConstantBackoff(1.hours)
                }
            actor.tell(WebSocketEvent.Connect)
            next<WsLifecycleEvent.Disconnected>()
            closesPromptly(actor)
        }

    @Test
    fun whileTheLinkIsAlreadyBeingTakenDown() =
        onRealSockets(subject, options) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().goSilent()
            actor.tell(WebSocketEvent.disconnect())
            closesPromptly(actor)
        }

    @Test
    fun fiftyTimesInARowWithoutLeavingASocket() =
        onRealSockets(subject, options) {
            repeat(CYCLES) {
                val actor = raw()
                actor.connect()
                server.awaitConnection()
                actor.close()
            }
        }

    protected suspend fun closesPromptly(actor: WebSocketActor<*>) {
        // The handshake may take closeTimeout (1 s), and so may the end of the socket; at 4 s close gives up by itself.
        withTimeout(PROMPT) { actor.close() }
        actor.status.value shouldBe WsConnectionStatus.CLOSED
    }

    protected open class Silent : WsEndpointHandler<WsFrame> {
        override fun parse(frame: WsFrame): WsParseOutcome<WsFrame> = WsParseOutcome.Continue
    }

    private companion object {
        val PROMPT = 3.seconds
        const val STUCK_BYTES = 256 * 1024
        const val STUCK_FRAMES = 60
        const val CYCLES = 50
    }
}
