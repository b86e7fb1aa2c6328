package io.github.belay.testing.link

import io.github.belay.WsTarget
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.testing.contract.ProtocolViolation
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.transport.WsHeaders
import kotlinx.coroutines.flow.first
import java.io.IOException

/** What must never be shown. */
const val CANARY = "c4n4ry"

/** A close reason that tries to forge a log line and to paint the terminal. */
const val FORGERY = "bye\nFATAL forged\u001B[31m"

/**
 * Puts secrets wherever a connection takes them, loses it in many ways, and prints everything that the connection says
 * of itself. Runs in a JVM of its own, with all loggers at TRACE.
 */
fun tellSecrets(subject: TransportUnderTest) =
    onRealSockets(subject) {
        var attempts = 0
        server.enqueue(
            ServerHandshake.Refuse(UNAVAILABLE, WsHeaders.of("X-Leak", "$CANARY-answer"), "$CANARY-body"),
        )
        val actor =
            raw(usesUrl = false) {
                header("Authorization", "Bearer $CANARY-header")
                subprotocols = listOf("v1")
                target {
                    if (++attempts == 2) throw IOException("no token from https://user:$CANARY@host/?key=$CANARY")
                    WsTarget("${server.url.reveal()}path?token=$CANARY-query", WsHeaders.of("X-Key", "$CANARY-key"))
                }
            }
        actor.tell(WebSocketEvent.Connect)
        repeat(2) { println(next<WsLifecycleEvent.Disconnected>()) }
        println(next<WsLifecycleEvent.Ready>())
        val connection = server.awaitConnection()
        connection.send(WsFrame.text("$CANARY-received"))
        println(actor.messages.first())
        println(actor.tell(WebSocketEvent.sendMessage(WsFrame.text("$CANARY-sent"))).await())
        connection.send(WsFrame.close(CloseCode.NORMAL, FORGERY))
        println(next<WsLifecycleEvent.Disconnected>())
        server.awaitConnection().violate(ProtocolViolation.TEXT_NOT_UTF8)
        println(next<WsLifecycleEvent.Disconnected>())
        server.awaitConnection().reset()
        println(next<WsLifecycleEvent.Disconnected>())
        println(actor.config)
        println(actor.stats())
        println(actor.status.value)
        actor.close()
    }

private const val UNAVAILABLE = 503
