package io.github.belay.testing.link

import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.testing.wire.awaitUntil
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import org.junit.jupiter.api.Test
import java.net.ServerSocket
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds

/** The end of the scope that a connection lives in; each test ends with the proof that nothing is left of it. */
abstract class CancelledParentScenarios(
    private val subject: TransportUnderTest,
) {
    @Test
    fun leavesNoTaskTimerOrSocketOfAConnectionAtWork() =
        onRealSockets(subject) {
            val actor = raw { heartbeat = ProtocolPingPong(interval = 50.milliseconds) }
            actor.connect()
            val connection = server.awaitConnection()
            coroutineScope {
                val question = WsDelegatedRequest.confirmed(1, WsFrame.text("question"), 1.hours)
                // Asked before this thread blocks in the server's wait.
                val asked = async(start = CoroutineStart.UNDISPATCHED) { actor.ask(question) }
                connection.receive() shouldBe WsFrame.text("question")
                cancelParent()
                asked.await().shouldBeInstanceOf<WsDelegatedError.Unconfirmed>()
            }
            next<WsLifecycleEvent.Closed>()
            // Published at the end of the turn that told the event.
            awaitUntil("the status says so") { actor.status.value == WsConnectionStatus.CLOSED }
        }

    @Test
    fun leavesNothingOfAnAttemptUnderWay() =
        onRealSockets(subject) {
            server.enqueue(ServerHandshake.Hang)
            val actor = raw()
            actor.tell(WebSocketEvent.Connect)
            server.awaitAttempts(1)
            cancelParent()
            next<WsLifecycleEvent.Closed>()
        }

    @Test
    fun leavesNothingOfTheWaitForTheNextAttempt() =
        onRealSockets(subject) {
            val closedPort = ServerSocket(0).use { it.localPort }
            val actor =
                raw {
                    url("ws://127.0.0.1:$closedPort/")
                    reconnect = ConstantBackoff(1.hours)
                }
            actor.tell(WebSocketEvent.Connect)
            next<WsLifecycleEvent.Disconnected>()
            cancelParent()
            next<WsLifecycleEvent.Closed>()
        }
}
