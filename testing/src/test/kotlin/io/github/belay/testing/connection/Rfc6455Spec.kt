package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketClosedException
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.testing.MockConnection
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * The rules of RFC 6455 that are the connection's, not the codec's: when something is sent and what is done about it.
 */
class Rfc6455Spec :
    FunSpec({
        fun onALink(block: suspend Scenario.(WebSocketActor<WsFrame>, MockConnection) -> Unit) {
            scenario {
                server.echoesClose = false
                val actor = raw()
                actor.connect()
                block(actor, server.acceptConnection())
            }
        }

        fun WebSocketActor<*>.tell(text: String) = tell(WebSocketEvent.sendMessage(WsFrame.text(text)))

        fun Scenario.cause(): WsDisconnectCause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause

        test(
            "a Close frame is answered by one with its code, and nothing is sent behind that (RFC 6455 section 5.5.1)",
        ) {
            onALink { actor, connection ->
                connection.sendClose(4001, "bye")
                settle()
                connection
                    .receive()
                    .shouldBeInstanceOf<WsFrame.Close>()
                    .close.code shouldBe 4001
                actor.tell("late")
                settle()
                connection.tryReceive() shouldBe null
            }
        }

        test("an empty Close frame is answered by an empty one (RFC 6455 section 5.5.1)") {
            onALink { _, connection ->
                connection.sendFrame(WsFrame.Close(WsCloseFrame.EMPTY))
                settle()
                connection.receive() shouldBe WsFrame.Close(WsCloseFrame.EMPTY)
            }
        }

        test("nothing is sent behind our Close frame, neither messages nor pongs (RFC 6455 sections 5.5.1 and 5.5.2)") {
            onALink { actor, connection ->
                val closing = test.async { actor.close(1000, "") }
                settle()
                connection.receive().shouldBeInstanceOf<WsFrame.Close>()
                connection.sendPing(WsBytes.wrap(byteArrayOf(1)))
                shouldThrow<WebSocketClosedException> { actor.connect() }
                actor.tell("late")
                settle()
                connection.tryReceive() shouldBe null
                connection.close(1000)
                closing.await()
            }
        }

        test("each ping is answered by a pong with its payload (RFC 6455 sections 5.5.2 and 5.5.3)") {
            onALink { _, connection ->
                val payloads = listOf(WsBytes.EMPTY, WsBytes.wrap(ByteArray(125) { it.toByte() }))
                payloads.forEach(connection::sendPing)
                settle()
                List(2) { connection.receive() } shouldContainExactly payloads.map { WsFrame.pong(it) }
            }
        }

        test("a pong that nobody asked for is not answered (RFC 6455 section 5.5.3)") {
            onALink { actor, connection ->
                connection.sendPong(WsBytes.wrap(byteArrayOf(7)))
                actor.tell("still here")
                connection.receiveText() shouldBe "still here"
            }
        }

        test("nothing is sent before the link is open (RFC 6455 section 6.1)") {
            scenario {
                server.delay(1.seconds)
                val actor = raw()
                actor.tell(WebSocketEvent.Connect)
                settle()
                val told = actor.tell("early")
                pass(999.milliseconds)
                told.isCompleted shouldBe false
                pass(1.milliseconds)
                server.acceptConnection().receiveText() shouldBe "early"
                told.await() shouldBe TellOutcome.Done
            }
        }

        test("after both Close frames the connection is closed, and not before (RFC 6455 section 5.5.1)") {
            onALink { actor, connection ->
                val closing = test.async { actor.close(1000, "") }
                pass(500.milliseconds)
                connection.isOpen shouldBe true
                closing.isCompleted shouldBe false
                connection.sendClose(1000)
                closing.await()
                connection.isOpen shouldBe false
            }
        }

        test("the code is that of the first Close frame, and 1005 when it has none (RFC 6455 section 7.1.5)") {
            onALink { _, connection ->
                connection.sendFrame(WsFrame.Close(WsCloseFrame.EMPTY))
                connection.sendClose(4002, "second")
                connection.dropSocket()
                settle()
                cause().shouldBeInstanceOf<WsDisconnectCause.RemoteClosed>().code shouldBe CloseCode.NO_STATUS
            }
        }

        test("without a Close frame the code is 1006 (RFC 6455 section 7.1.5)") {
            onALink { _, connection ->
                connection.dropSocket()
                settle()
                cause().shouldBeInstanceOf<WsDisconnectCause.RemoteClosed>().code shouldBe CloseCode.ABNORMAL
            }
        }

        test(
            "a broken rule is told to the server by its code, and what follows is not looked at (RFC 6455 section 7.1.7)",
        ) {
            onALink { _, connection ->
                connection.violate(CloseCode.INVALID_PAYLOAD, "not UTF-8")
                connection.sendPing()
                settle()
                connection
                    .receive()
                    .shouldBeInstanceOf<WsFrame.Close>()
                    .close.code shouldBe CloseCode.INVALID_PAYLOAD
                connection.tryReceive() shouldBe null
                cause().shouldBeInstanceOf<WsDisconnectCause.ProtocolViolation>()
            }
        }

        test("a code that is reserved is not sent (RFC 6455 section 7.4.1)") {
            onALink { actor, connection ->
                for (code in listOf(1004, 1005, 1006, 1015, 999, 5000)) {
                    shouldThrow<IllegalArgumentException> { actor.close(code, "") }
                }
                settle()
                connection.tryReceive() shouldBe null
            }
        }
    })
