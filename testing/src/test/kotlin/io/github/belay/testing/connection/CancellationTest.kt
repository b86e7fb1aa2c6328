package io.github.belay.testing.connection

import io.github.belay.WebSocketClosedException
import io.github.belay.WebSocketException
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** A caller that goes takes nothing along; a parent that goes takes everything. */
@OptIn(ExperimentalCoroutinesApi::class)
class CancellationTest {
    @Test
    fun cancellingTheCallerOfConnectCancelsOnlyItsWait() =
        scenario {
            server.delay(1.seconds)
            val actor = raw()
            val caller = test.launch { actor.connect() }
            pass(500.milliseconds)
            caller.cancel()
            pass(500.milliseconds)
            actor.status.value shouldBe CONNECTED
            server.connectAttempts shouldBe 1
        }

    @Test
    fun cancellingOneOfTwoCallersLeavesTheOtherItsAnswer() =
        scenario {
            val actor = actor(TextProtocol())
            actor.connect()
            val connection = server.acceptConnection()
            val request = WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 5.seconds)
            val leaving = test.async { actor.ask(request) }
            val staying = test.async { actor.ask(request) }
            settle()
            leaving.cancel()
            settle()
            connection.sendText("ok:7")
            staying.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
        }

    @Test
    fun cancellingTheLastCallerBeforeTheFrameLeftWithdrawsIt() =
        scenario {
            val actor = actor(TextProtocol())
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("under way")))
            settle()
            val request = WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 5.seconds)
            val callers = List(2) { test.async { actor.ask(request) } }
            settle()
            actor.stats().queuedFrames shouldBe 1
            callers.forEach { it.cancel() }
            settle()
            actor.stats().queuedFrames shouldBe 0
            actor.stats().pendingRequests shouldBe 0
            connection.resumeWrites()
            connection.receiveText() shouldBe "under way"
            settle()
            connection.tryReceive() shouldBe null
        }

    @Test
    fun cancellingTheCallersOfDisconnectAndCloseDoesNotTakeTheirWordBack() =
        scenario {
            server.echoesClose = false
            val actor = raw()
            actor.connect()
            test.launch { actor.disconnect() }.run {
                settle()
                cancel()
            }
            pass(2.seconds)
            actor.status.value shouldBe DISCONNECTED
            actor.connect()
            test.launch { actor.close() }.run {
                settle()
                cancel()
            }
            pass(2.seconds)
            actor.status.value shouldBe CLOSED
        }

    @Test
    fun cancellingTheParentLeavesNothingAndNobodyWaiting() =
        scenario {
            val actor = actor(TextProtocol())
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            val told = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("x")))
            val asked =
                test.async { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 60.seconds)) }
            val collecting = test.launch { actor.messages.collect {} }
            settle()
            owner.cancel()
            settle()
            actor.status.value shouldBe CLOSED
            connection.isOpen shouldBe false
            told.await().shouldBeInstanceOf<TellOutcome.Unknown>()
            asked.await().shouldBeInstanceOf<WsDelegatedError>()
            collecting.join()
            owner.children.toList().shouldBeEmpty()
            eventsOf<WsLifecycleEvent.Closed>().size shouldBe 1
            runCatching { actor.connect() }.exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
        }

    @Test
    fun whoHeardOfTheLinkHearsOfItsEndWhenTheParentGoes() =
        scenario {
            val protocol = TextProtocol()
            val ends = ArrayList<String>()
            val ingress =
                object : WsIngress<String> {
                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> = WsIngressAction.Forward

                    override fun onDisconnect(cause: String) {
                        ends += cause
                    }
                }
            actor(protocol, ingress).connect()
            owner.cancel()
            settle()
            protocol.calls.last() shouldBe "disconnected(false)"
            ends.size shouldBe 1
            eventsOf<WsLifecycleEvent.Disconnected>().single().willReconnect shouldBe false
        }

    @Test
    fun aCallerThatGoesWhileTheMailboxIsFullIsForgottenAllTheSame() =
        scenario {
            val actor = actor(TextProtocol())
            actor.connect()
            val connection = server.acceptConnection()
            val eager = CoroutineScope(UnconfinedTestDispatcher(test.testScheduler) + parent)
            val asked =
                eager.launch { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 60.seconds)) }
            settle()
            connection.receiveText() shouldBe "question"
            repeat(2_000) { actor.tell(WebSocketEvent.Connect) }
            asked.cancel()
            settle()
            actor.stats().pendingRequests shouldBe 0
        }

    @Test
    fun aRequestWhoseCallerGoesBeforeItsTurnIsNeverSent() =
        scenario {
            val actor = actor(TextProtocol())
            actor.connect()
            val connection = server.acceptConnection()
            val eager = CoroutineScope(UnconfinedTestDispatcher(test.testScheduler) + parent)
            val asked =
                eager.launch { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 60.seconds)) }
            asked.cancel()
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("next")))
            settle()
            connection.receiveText() shouldBe "next"
        }

    @Test
    fun cancellingTheParentDuringAnAttemptFailsWhoeverWaitsForIt() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(), transport = manual)
            val connecting = test.async { runCatching { actor.connect() } }
            val waiting = test.async { runCatching { actor.awaitReady(60.seconds) } }
            settle()
            owner.cancel()
            settle()
            connecting.await().exceptionOrNull().shouldBeInstanceOf<WebSocketException>()
            waiting.await().exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
            manual.attempts.single().isCancelled shouldBe true
            owner.children.toList().shouldBeEmpty()
        }

    @Test
    fun aParentThatIsCancelledAlreadyMakesAClosedConnection() =
        scenario {
            owner.cancel()
            val actor = raw()
            settle()
            actor.status.value shouldBe CLOSED
            runCatching { actor.connect() }.exceptionOrNull().shouldBeInstanceOf<WebSocketClosedException>()
            server.connectAttempts shouldBe 0
        }
}
