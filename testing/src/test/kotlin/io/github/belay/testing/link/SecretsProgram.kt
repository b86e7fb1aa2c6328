package io.github.belay.testing.link

import io.github.belay.WebSocketActor
import io.github.belay.WsTarget
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.MicrometerMetricsReporter
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import io.github.belay.testing.contract.ProtocolViolation
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.server.RawWsConnection
import io.github.belay.testing.server.RawWsOptions
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.transport.WsHeaders
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import java.io.IOException
import kotlin.time.Duration.Companion.seconds

/** What must never be shown. */
const val CANARY = "c4n4ry"

/** A close reason that tries to forge a log line and to paint the terminal. */
const val FORGERY = "bye\nFATAL forged\u001B[31m"

/**
 * Puts secrets wherever a connection takes them, loses it in many ways, and prints everything that the connection says
 * of itself, over `ws` and over `wss`. Runs in a JVM of its own, with all loggers at TRACE.
 */
fun tellSecrets(subject: TransportUnderTest) {
    onRealSockets(subject) { live() }
    onRealSockets(subject, RawWsOptions(tls = LoopbackTls.selfSigned())) { live() }
}

private val meters = SimpleMeterRegistry()

private suspend fun RealSockets.live() {
    println("over ${server.url.scheme}")
    server.enqueue(ServerHandshake.Refuse(UNAVAILABLE, WsHeaders.of("X-Leak", "$CANARY-answer"), "$CANARY-body"))
    repeat(2) { server.enqueue(ServerHandshake.Accept(subprotocol = "$CANARY.v1")) }
    val actor = secretive()
    actor.tell(WebSocketEvent.Connect)
    // The server refuses, then the provider throws, then the login.
    repeat(3) { println(next<WsLifecycleEvent.Disconnected>()) }
    println(next<WsLifecycleEvent.Ready>())
    server.awaitConnection()
    converse(actor, server.awaitConnection())
    server.awaitConnection().violate(ProtocolViolation.TEXT_NOT_UTF8)
    println(next<WsLifecycleEvent.Disconnected>())
    server.awaitConnection().reset()
    println(next<WsLifecycleEvent.Disconnected>())
    println(next<WsLifecycleEvent.Ready>())
    actor.disconnect(PRIVATE_CODE, "$CANARY-reason")
    println(next<WsLifecycleEvent.Disconnected>())
    actor.close(PRIVATE_CODE, "$CANARY-reason")
    println(next<WsLifecycleEvent.Closed>())
    println(runCatching { actor.connect() }.exceptionOrNull()?.stackTraceToString())
    println(actor.stats())
    println(meters.meters.map { it.id })
}

private fun RealSockets.secretive(): WebSocketActor<String> {
    var attempts = 0
    return actor(Quoting(), usesUrl = false) {
        header("Authorization", "Bearer $CANARY-header")
        subprotocols = listOf("$CANARY.v1")
        metrics = MicrometerMetricsReporter(meters)
        target {
            if (++attempts == 2) throw IOException("no token from https://host/?key=$CANARY nor from $CANARY")
            WsTarget("${server.url.reveal()}$CANARY-path?token=$CANARY-query", WsHeaders.of("X-Key", "$CANARY-key"))
        }
    }
}

/** Talks over [connection] until the server closes it. */
private suspend fun RealSockets.converse(
    actor: WebSocketActor<String>,
    connection: RawWsConnection,
) = coroutineScope {
    connection.send(WsFrame.text("garbled $CANARY"))
    connection.send(WsFrame.text("$CANARY-received"))
    check(actor.messages.first() == "$CANARY-received")
    println(actor.tell(WebSocketEvent.sendMessage(WsFrame.text("$CANARY-sent"))).await())
    val question = WsDelegatedRequest.confirmed(7, WsFrame.text("$CANARY-asked"), 5.seconds)
    println(question)
    val answer = async(start = CoroutineStart.UNDISPATCHED) { actor.ask(question) }
    // Behind the login and the message: the question.
    while (connection.receive() != question.frame) continue
    connection.send(WsFrame.text("ok $CANARY"))
    println(answer.await())
    println(Thread.getAllStackTraces().keys.map { it.name })
    tree(parent)
    connection.send(WsFrame.close(CloseCode.NORMAL, FORGERY))
    println(next<WsLifecycleEvent.Disconnected>())
}

/** Prints the names of the coroutines below [job]. */
private fun tree(job: Job) {
    println(job)
    job.children.forEach(::tree)
}

private const val UNAVAILABLE = 503
private const val PRIVATE_CODE = 4001

/** Quotes what it was given whenever it throws, which it does wherever it can. */
private class Quoting : WsEndpointHandler<String> {
    private var logins = 0

    override suspend fun generateAuth(): WsFrame {
        check(++logins > 1) { "no login with $CANARY-password" }
        return WsFrame.text("$CANARY-login")
    }

    override fun parse(frame: WsFrame): WsParseOutcome<String> {
        val text = frame.payload.decodeToString()
        check("garbled" !in text) { "cannot parse $text" }
        return WsParseOutcome.Message(text)
    }

    override fun maybeRequestResponse(frame: WsFrame): Boolean = true

    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? =
        if (frame.payload.decodeToString().startsWith("ok")) WsRequestMatch.ok(id = 7) else null

    override suspend fun handleMessage(message: String): Unit = error("cannot handle $message")
}
