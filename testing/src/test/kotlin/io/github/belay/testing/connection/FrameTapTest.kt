package io.github.belay.testing.connection

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.observe.WsFrameTap
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.seconds

/** Whoever watches the frames sees each one once, before anything is done with it. */
class FrameTapTest {
    private val seen = ArrayList<String>()

    private val tap =
        object : WsFrameTap {
            override fun onInbound(frame: WsFrameView) {
                seen += "in ${frame.kind} ${frame.decodeToString()}".trim()
            }

            override fun onOutbound(frame: WsFrame) {
                seen += "out ${frame.kind} ${frame.payload.decodeToString()}".trim()
            }
        }

    @Test
    fun everyFrameIsSeenOnceBeforeItIsParsedAndBeforeItIsWritten() =
        scenario {
            val manual = ManualTransport()
            val protocol =
                object : TextProtocol(auth = WsFrame.text("login"), topics = listOf("subscribe")) {
                    override fun understand(text: String): WsParseOutcome<String> {
                        seen += "parsed $text"
                        return if (text == "challenge") {
                            WsParseOutcome.Send(WsFrame.text("answer"))
                        } else {
                            super.understand(text)
                        }
                    }
                }
            val actor = actor(protocol, transport = manual) { frameTap = tap }
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.session.onWrite = { seen += "written ${it.payload.decodeToString()}" }
            link.open()
            settle()
            link.receive(WsFrame.text("challenge"), WsFrame.ping(WsBytes.copyOf("p".toByteArray())))
            settle()
            actor.tell(WebSocketEvent.sendMessage(WsFrame.binary("bytes".toByteArray())))
            settle()
            link.receive(WsFrame.close(4001, "bye"))
            settle()
            seen
                .map {
                    if ("CLOSE" in
                        it
                    ) {
                        it.substringBefore("CLOSE") + "CLOSE"
                    } else {
                        it
                    }
                }.dropLast(1) shouldContainExactly
                listOf("out TEXT login", "written login", "out TEXT subscribe", "written subscribe") +
                listOf("in TEXT challenge", "in PING p", "parsed challenge") +
                listOf(
                    "out PONG p",
                    "out TEXT answer",
                ).flatMap { listOf(it, "written ${it.substringAfterLast(' ')}") } +
                listOf("out BINARY bytes", "written bytes", "in CLOSE", "out CLOSE")
        }

    @Test
    fun oneThatThrowsIsCountedAndChangesNothing() =
        scenario {
            val hostile =
                object : WsFrameTap {
                    override fun onInbound(frame: WsFrameView) = error("in")

                    override fun onOutbound(frame: WsFrame) = error("out")
                }
            val protocol = TextProtocol()
            val actor = actor(protocol) { frameTap = hostile }
            actor.connect()
            val connection = server.acceptConnection()
            connection.sendText("hello")
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("there")))
            connection.receiveText() shouldBe "there"
            pass(1.seconds)
            protocol.handled shouldContainExactly listOf("hello")
            actor.stats().handlerErrors shouldBe 2
            actor.status.value shouldBe CONNECTED
        }
}
