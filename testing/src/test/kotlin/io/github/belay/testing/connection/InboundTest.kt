package io.github.belay.testing.connection

import io.github.belay.WsRuntime
import io.github.belay.endpoint.WsMessageErrorPolicy
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CLOSED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.DISCONNECTED
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.transport.WsBuffers
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.delay
import org.junit.jupiter.api.Test
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.seconds

/** The way of a message from the transport to the user's handler. */
class InboundTest {
    @Test
    fun parseAndIngressSeeTheVeryBytesThatTheTransportGaveAway() =
        scenario {
            val manual = ManualTransport()
            val parsed = ArrayList<WsBytes>()
            val seen = ArrayList<WsBytes>()
            val protocol =
                object : TextProtocol() {
                    override fun parse(frame: WsFrame): WsParseOutcome<String> {
                        parsed += frame.payload
                        return WsParseOutcome.Continue
                    }
                }
            val watching =
                object : WsIngress<String> {
                    override fun onFrame(frame: WsFrameView): WsIngressAction<String> {
                        seen += frame.toBytes()
                        return WsIngressAction.Forward
                    }
                }
            val connecting = actor(protocol, watching, manual)
            connecting.tell(WebSocketEvent.Connect)
            settle()
            manual.attempts.single().open()
            settle()
            val given = listOf(WsFrame.text("text"), WsFrame.binary(byteArrayOf(1, 2)))
            manual.attempts.single().receive(*given.toTypedArray())
            settle()
            parsed.size shouldBe 2
            for ((index, frame) in given.withIndex()) {
                seen[index] shouldBeSameInstanceAs frame.payload
                parsed[index] shouldBeSameInstanceAs frame.payload
            }
        }

    @Test
    fun textThatIsNotUtf8EndsTheLinkAndReachesNobody() =
        scenario {
            val protocol = TextProtocol()
            actor(protocol).connect()
            val connection = server.acceptConnection()
            connection.violate(CloseCode.INVALID_PAYLOAD, "text is not UTF-8")
            settle()
            protocol.handled.shouldBeEmpty()
            val cause = eventsOf<WsLifecycleEvent.Disconnected>().single().cause
            cause.shouldBeInstanceOf<WsDisconnectCause.ProtocolViolation>().code shouldBe CloseCode.INVALID_PAYLOAD
        }

    @Test
    fun aHandlerThatTakesAMinuteHoldsNoPongUpAndCostsNoLink() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override suspend fun handleMessage(message: String) {
                        if (message == "slow") delay(60.seconds)
                        super.handleMessage(message)
                    }
                }
            val actor =
                actor(protocol) { heartbeat = ProtocolPingPong(interval = 5.seconds, timeout = 2.seconds) }
            actor.connect()
            val connection = server.acceptConnection()
            connection.sendText("slow")
            repeat(59) { second ->
                pass(1.seconds)
                val payload = WsBytes.copyOf(byteArrayOf(second.toByte()))
                connection.sendPing(payload)
                connection.sendText("$second")
                settle()
                connection.receive() shouldBe WsFrame.pong(payload)
            }
            connection.tryReceive().shouldBeNull()
            protocol.handled.shouldBeEmpty()
            pass(1.seconds)
            protocol.handled shouldContainExactly listOf("slow") + List(59) { "$it" }
            eventsOf<WsLifecycleEvent.Disconnected>().shouldBeEmpty()
            actor.stats().pongsReceived shouldBe 13
        }

    @Test
    fun aHandlerThatFallsTooFarBehindHoldsThePeerBackAndStillCostsNoLink() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override suspend fun handleMessage(message: String) {
                        if (message == "0") delay(60.seconds)
                        super.handleMessage(message)
                    }
                }
            val actor =
                actor(protocol) {
                    inboundCapacity = 8
                    maxSilence = 10.seconds
                    heartbeat = ProtocolPingPong(interval = 5.seconds, timeout = 2.seconds)
                }
            actor.connect()
            val connection = server.acceptConnection()
            repeat(20) { connection.sendText("$it") }
            pass(59.seconds)
            connection.isReading shouldBe false
            actor.stats().isReadingPaused shouldBe true
            actor.status.value shouldBe CONNECTED
            pass(1.seconds)
            protocol.handled shouldContainExactly List(20) { "$it" }
            connection.isReading shouldBe true
            eventsOf<WsLifecycleEvent.Disconnected>().shouldBeEmpty()
        }

    @Test
    fun aHandlerThatThrowsLosesThatMessageOnly() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override suspend fun handleMessage(message: String) {
                        check(message != "bad") { "handleMessage" }
                        super.handleMessage(message)
                    }
                }
            val actor = actor(protocol)
            actor.connect()
            server.acceptConnection().sendBurst(listOf("one", "bad", "two").map(WsFrame::text))
            settle()
            protocol.handled shouldContainExactly listOf("one", "two")
            actor.stats().handlerErrors shouldBe 1
            actor.status.value shouldBe CONNECTED
        }

    private class Picky : TextProtocol() {
        override fun understand(text: String): WsParseOutcome<String> {
            check(text != "nonsense") { "parse" }
            return super.understand(text)
        }

        override suspend fun handleMessage(message: String) {
            check(message != "poison") { "handleMessage" }
            super.handleMessage(message)
        }
    }

    @Test
    fun whoeverWantsItSoLosesTheLinkOfAMessageThatFails() =
        scenario {
            val protocol = Picky()
            val actor = actor(protocol) { messageErrors = WsMessageErrorPolicy.RECONNECT }
            actor.connect()
            for (bad in listOf("nonsense", "poison")) {
                server.acceptConnection().sendBurst(listOf("before $bad", bad, bad).map(WsFrame::text))
                pass(1.seconds)
            }
            server.acceptConnection().sendText("after")
            settle()
            protocol.handled shouldContainExactly listOf("before nonsense", "before poison", "after")
            protocol.classified.map { "$it" } shouldContainExactly
                listOf("parse", "handleMessage").map { "internal_error($it: IllegalStateException)" }
            actor.stats().parseErrors shouldBe 2
            actor.stats().handlerErrors shouldBe 2
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun aHandlerThatFailsLateCostsNoLinkButThatOfItsMessage() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override suspend fun handleMessage(message: String) {
                        delay(10.seconds)
                        error("handleMessage")
                    }
                }
            val actor = actor(protocol) { messageErrors = WsMessageErrorPolicy.RECONNECT }
            actor.connect()
            server.acceptConnection().run {
                sendText("late")
                settle()
                dropSocket()
            }
            pass(20.seconds)
            actor.stats().handlerErrors shouldBe 1
            actor.status.value shouldBe CONNECTED
            server.acceptedConnections shouldBe 2
        }

    @Test
    fun whoeverWantsItSoLosesTheConnectionOfAMessageThatFails() =
        scenario {
            for (bad in listOf("nonsense", "poison")) {
                val actor = actor(Picky()) { messageErrors = WsMessageErrorPolicy.CLOSE }
                actor.connect()
                server.acceptConnection().sendText(bad)
                settle()
                actor.status.value shouldBe CLOSED
            }
            eventsOf<WsLifecycleEvent.Closed>().map { "${it.cause}" } shouldContainExactly
                listOf("parse", "handleMessage").map { "internal_error($it: IllegalStateException)" }
        }

    @Test
    fun inlineTheHandlerRunsWithinTheReadThatBroughtItsMessage() =
        scenario {
            val manual = ManualTransport()
            val hops = ArrayList<String>()
            val nowhere =
                object : CoroutineDispatcher() {
                    override fun dispatch(
                        context: CoroutineContext,
                        block: Runnable,
                    ) {
                        hops += "dispatched"
                    }
                }
            val runtime = WsRuntime(owner, runtime.actor, runtime.writer, nowhere, runtime.timeSource)
            val protocol = Picky()
            val actor = actor(protocol, transport = manual, runtime = runtime) { inlineDelivery = true }
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.open()
            settle()
            repeat(3) { read ->
                link.receive(*List(3) { WsFrame.text(if (it == 1) "poison" else "$read.$it") }.toTypedArray())
                protocol.handled.takeLast(2) shouldContainExactly listOf("$read.0", "$read.2")
            }
            hops.shouldBeEmpty()
            actor.stats().handlerErrors shouldBe 3
            actor.status.value shouldBe CONNECTED
        }

    @Test
    fun inlineAHandlerThatSuspendsIsWaitedForInOrderAndHoldsNobodyUp() =
        scenario {
            val protocol =
                object : TextProtocol() {
                    override suspend fun handleMessage(message: String) {
                        if (message == "slow") delay(60.seconds)
                        super.handleMessage(message)
                    }
                }
            val actor = actor(protocol) { inlineDelivery = true }
            actor.connect()
            val connection = server.acceptConnection()
            listOf("before", "slow", "behind").forEach(connection::sendText)
            pass(59.seconds)
            protocol.handled shouldContainExactly listOf("before")
            val payload = WsBytes.copyOf(byteArrayOf(7))
            connection.sendPing(payload)
            connection.receive() shouldBe WsFrame.pong(payload)
            pass(1.seconds)
            protocol.handled shouldContainExactly listOf("before", "slow", "behind")
            actor.close()
            actor.status.value shouldBe CLOSED
        }

    @Test
    fun aMessageAboveTheLimitEndsTheLinkWithTheLimitInItsCauseAndTheEndpointDecidesWhatFollows() =
        scenario {
            val protocol = TextProtocol(action = WsDisconnectAction.ABORT)
            val actor = actor(protocol) { buffers = WsBuffers(maxFrameBytes = 1000, maxMessageBytes = 1000) }
            actor.connect()
            val connection = server.acceptConnection()
            connection.sendFrame(WsFrame.binary(ByteArray(1000)))
            connection.sendFrame(WsFrame.binary(ByteArray(1001)))
            settle()
            protocol.handled.size shouldBe 1
            val lost = eventsOf<WsLifecycleEvent.Disconnected>().single()
            val cause = lost.cause.shouldBeInstanceOf<WsDisconnectCause.ProtocolViolation>()
            cause.code shouldBe CloseCode.MESSAGE_TOO_BIG
            cause.text shouldContain "at most 1000 bytes"
            lost.willReconnect shouldBe false
            protocol.classified shouldContainExactly listOf(cause)
            actor.status.value shouldBe DISCONNECTED
        }
}
