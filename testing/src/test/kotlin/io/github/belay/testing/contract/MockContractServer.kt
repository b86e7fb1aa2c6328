package io.github.belay.testing.contract

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsText
import io.github.belay.testing.MockConnection
import io.github.belay.testing.MockHandshake
import io.github.belay.testing.MockServer
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTlsConfig
import io.github.belay.transport.WsUrl
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

private val patience = 10.seconds

/** A [MockServer] on real threads, as the contract wants its server. There are no bytes: what is wrong is injected. */
internal class MockContractServer(
    dispatcher: CoroutineDispatcher,
    offersLoop: Boolean = false,
) : ContractServer {
    private val server = MockServer(dispatcher, offersLoop = offersLoop)
    private val firstFrames = ConcurrentLinkedQueue<List<WsFrame>>()

    val transport = server.transport

    override val url = WsUrl.parse("ws://localhost:1234/mock?token=x")
    override val tls = WsTlsConfig.DEFAULT
    override val attempts: Int get() = server.connectAttempts
    override val openSockets: Int get() = server.openConnections

    override fun enqueue(handshake: ServerHandshake) {
        if (handshake is ServerHandshake.Accept) firstFrames += handshake.firstFrames
        server.enqueue(mocked(handshake))
    }

    private fun mocked(handshake: ServerHandshake): MockHandshake =
        when (handshake) {
            is ServerHandshake.Accept -> MockHandshake.accept(handshake.subprotocol, handshake.headers)
            is ServerHandshake.Refuse -> MockHandshake.reject(handshake.status, handshake.headers, handshake.body)
            is ServerHandshake.Malformed -> refused(WsConnectFailure.InvalidHandshake("${handshake.fault}"))
            is ServerHandshake.Drip -> MockHandshake.accept().after(handshake.interval * BYTES_OF_AN_ANSWER)
            ServerHandshake.Hang -> MockHandshake.hang()
            ServerHandshake.Reset -> refused(WsConnectFailure.Unreachable("reset"))
        }

    private fun refused(failure: WsConnectFailure) = MockHandshake.refuse(failure)

    override fun awaitConnection(): ContractConnection =
        runBlocking {
            val connection = server.acceptConnection(patience) ?: throw AssertionError("no client connected")
            firstFrames.poll()?.forEach(connection::sendFrame)
            MockContractConnection(connection)
        }

    override fun awaitAttempts(count: Int) {
        check(attempts >= count) { "connect counts an attempt before it returns, but $attempts were made" }
    }

    override fun awaitNoSockets() {
        runBlocking { withTimeout(patience) { server.connections().forEach { it.awaitEnd() } } }
    }

    override fun close() {
        server.otherwise = MockHandshake.refuse(WsConnectFailure.Unreachable("nobody listens"))
        server.connections().forEach { it.reset() }
    }

    private companion object {
        const val BYTES_OF_AN_ANSWER = 129
    }
}

private class MockContractConnection(
    private val connection: MockConnection,
) : ContractConnection {
    override val requestHeaders: WsHeaders get() = connection.request.headers
    override val requestTarget: String get() = connection.request.url.target

    override fun receive(): WsFrame = receive(patience) ?: throw AssertionError("waited $patience for a frame")

    override fun receive(time: Duration): WsFrame? = runBlocking { connection.receive(time) }

    override fun send(vararg frames: WsFrame) {
        connection.sendBurst(frames.toList())
    }

    override fun sendFragments(
        kind: WsFrameKind,
        parts: List<WsBytes>,
        between: WsFrame?,
    ) {
        val joined = WsBytes.wrap(parts.fold(ByteArray(0)) { joined, part -> joined + part.toByteArray() })
        val message = if (kind == WsFrameKind.TEXT) WsFrame.Text(text(joined)) else WsFrame.binary(joined)
        connection.sendBurst(listOfNotNull(between, message))
    }

    private fun text(bytes: WsBytes) = WsText.checked(bytes)

    override fun violate(
        violation: ProtocolViolation,
        before: List<WsFrame>,
        after: List<WsFrame>,
    ) {
        if (before.isNotEmpty()) connection.sendBurst(before)
        connection.violate(violation.closeCode, "$violation")
        if (after.isNotEmpty()) connection.sendBurst(after)
    }

    override fun drop() {
        connection.dropSocket()
    }

    override fun reset() {
        connection.reset()
    }

    override fun goSilent() {
        connection.goSilent()
    }

    override fun stopReading() {
        connection.stallWrites()
    }

    override fun resumeReading() {
        connection.resumeWrites()
    }
}
