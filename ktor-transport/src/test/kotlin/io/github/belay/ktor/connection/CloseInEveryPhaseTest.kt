package io.github.belay.ktor.connection

import io.github.belay.WebSocketActor
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.ktor.ClientSockets
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ConstantBackoff
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.server.RawWsOptions
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.parallel.Isolated
import java.net.ServerSocket
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

class CloseInEveryPhaseTest : ClosingInEveryPhase(RawWsOptions())

class CloseInEveryPhaseOverTlsTest : ClosingInEveryPhase(RawWsOptions(tls = LoopbackTls.selfSigned())) {
    @Test
    fun duringTheTlsHandshake() =
        ServerSocket(0).use { mute ->
            onRealSockets(options) {
                val actor = raw { url("wss://localhost:${mute.localPort}/") }
                actor.tell(WebSocketEvent.Connect)
                mute.accept().use { accepted ->
                    // The client's first words of TLS; they are never answered.
                    accepted.getInputStream().read() shouldBe TLS_HANDSHAKE
                    closesPromptly(actor)
                    ClientSockets.awaitNoneTo(mute.localPort)
                }
            }
        }

    private companion object {
        /** The type of such a record (RFC 5246 section 6.2.1). */
        const val TLS_HANDSHAKE = 22
    }
}

/** `close()` at every point of a connection's life; each test ends with the proof that nothing is left. */
@Isolated // It counts the selectors of the whole JVM.
abstract class ClosingInEveryPhase(
    protected val options: RawWsOptions,
) {
    @Test
    fun beforeAnything() = onRealSockets(options) { closesPromptly(raw()) }

    @Test
    fun whileTheTargetIsLookedUp() =
        onRealSockets(options) {
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
        onRealSockets(options) {
            server.enqueue(ServerHandshake.Hang)
            val actor = raw()
            actor.tell(WebSocketEvent.Connect)
            server.awaitAttempts(1)
            closesPromptly(actor)
        }

    @Test
    fun whileTheAuthPayloadIsBeingMade() =
        onRealSockets(options) {
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
        onRealSockets(options) {
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
        onRealSockets(unread) {
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
        onRealSockets(options) {
            val actor = raw()
            actor.connect()
            val connection = server.awaitConnection()
            closesPromptly(actor)
            connection.receive().kind shouldBe WsFrameKind.CLOSE
        }

    @Test
    fun whileThePeerDoesNotRead() =
        onRealSockets(options) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().stopReading()
            repeat(STUCK_FRAMES) { actor.tell(WebSocketEvent.SendMessage(WsFrame.binary(ByteArray(STUCK_BYTES)))) }
            closesPromptly(actor)
        }

    @Test
    fun whileThePeerIsSilent() =
        onRealSockets(options) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().goSilent()
            closesPromptly(actor)
        }

    @Test
    fun duringTheWaitForTheNextAttempt() =
        onRealSockets(options) {
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
        onRealSockets(options) {
            val actor = raw()
            actor.connect()
            server.awaitConnection().goSilent()
            actor.tell(WebSocketEvent.disconnect())
            closesPromptly(actor)
        }

    @Test
    fun fiftyTimesInARowWithoutLeavingASocket() =
        onRealSockets(options) {
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
