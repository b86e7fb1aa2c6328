package io.github.belay.testing.connection

import io.github.belay.WsRuntime
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.async
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.seconds

/** What breaks beneath a link or beside it costs that link; only an error of the virtual machine ends everything. */
class FaultTest {
    /** A runtime whose coroutines may fail without failing the test. */
    private fun Scenario.lenient(failures: MutableList<Throwable>): WsRuntime {
        val handler = CoroutineExceptionHandler { _, failure -> failures += failure }
        return WsRuntime(owner + handler, runtime.actor, runtime.writer, runtime.delivery, runtime.timeSource)
    }

    @Test
    fun anIngressWhoseHooksThrowCostsOneLinkEach() =
        scenario {
            val brittle =
                object : WsIngress<String> {
                    var opens = 0

                    override fun onOpen() = check(++opens != 1) { "first" }

                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> = WsIngressAction.Forward

                    override fun onDisconnect(cause: String) = error("onDisconnect")
                }
            val actor = actor(TextProtocol(), brittle)
            actor.connect()
            now shouldBe 1.seconds
            server.acceptedConnections shouldBe 2
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun loginAndSubscriptionsThatThrowCostOneLinkEach() =
        scenario {
            val brittle =
                object : TextProtocol() {
                    var logins = 0
                    var replays = 0

                    override suspend fun generateAuth(): WsFrame? {
                        check(++logins != 1) { "first" }
                        return null
                    }

                    override val subscriptions =
                        object : WsSubscriptionManager {
                            override fun initialSubscriptions(): List<WsFrame> =
                                if (++replays == 1) error("first") else emptyList()
                        }
                }
            val actor = actor(brittle)
            actor.connect()
            now shouldBe 2.seconds
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun aControlFrameWhereAMessageBelongsCostsNoMoreThanItsLink() =
        scenario {
            val confused =
                object : TextProtocol() {
                    var logins = 0
                    var replays = 0

                    override suspend fun generateAuth(): WsFrame? = if (++logins == 1) WsFrame.ping() else null

                    override val subscriptions =
                        object : WsSubscriptionManager {
                            override fun initialSubscriptions() =
                                if (++replays == 1) listOf(WsFrame.text("a"), WsFrame.close()) else emptyList()
                        }

                    override fun understand(text: String): WsParseOutcome<String> = WsParseOutcome.Send(WsFrame.pong())
                }
            val actor = actor(confused)
            actor.connect()
            now shouldBe 2.seconds
            eventsOf<WsLifecycleEvent.Disconnected>().map {
                (it.cause as WsDisconnectCause.InternalError).context
            } shouldBe
                listOf("auth", "replay")
            server.connections().single().sendText("x")
            settle()
            actor.stats().parseErrors shouldBe 1
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun anErrorInTheTransportCostsOneLink() =
        scenario {
            val failures = ArrayList<Throwable>()
            var attempts = 0
            val broken =
                object : WsTransport by transport {
                    override fun connect(
                        request: WsConnectRequest,
                        listener: WsTransportListener,
                    ): WsConnectAttempt {
                        if (++attempts == 1) throw NoClassDefFoundError("a jar is missing")
                        return transport.connect(request, listener)
                    }
                }
            val actor = actor(TextProtocol(), transport = broken, runtime = lenient(failures))
            actor.connect()
            now shouldBe 1.seconds
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.toString() shouldBe "internal_error(session: NoClassDefFoundError)"
            cause.shouldBeInstanceOf<WsDisconnectCause.InternalError>().thrown?.message shouldBe "a jar is missing"
            failures.single().shouldBeInstanceOf<NoClassDefFoundError>()
        }

    @Test
    fun anErrorInAProtocolFunctionClosesTheConnectionAndNobodyWaitsForIt() =
        scenario {
            val failures = ArrayList<Throwable>()
            val fatal =
                object : TextProtocol() {
                    override fun understand(text: String) = throw StackOverflowError("endless")
                }
            val actor = actor(fatal, runtime = lenient(failures))
            actor.connect()
            val asked =
                test.async { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 60.seconds)) }
            settle()
            server.acceptConnection().sendText("x")
            settle()
            actor.status.value shouldBe CLOSED
            asked.await().shouldBeInstanceOf<WsDelegatedError>()
            failures.single().shouldBeInstanceOf<StackOverflowError>()
            owner.children.toList().shouldBeEmpty()
            server.openConnections shouldBe 0
        }
}
