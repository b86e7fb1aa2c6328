package io.github.belay.testing.conformance

import io.github.belay.codec.WsHandshakeRules
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import java.io.BufferedInputStream
import java.io.IOException
import java.io.InputStream
import java.net.InetSocketAddress
import java.net.Socket
import kotlin.concurrent.thread

/**
 * A transport on blocking sockets that keeps every rule, but for one [mistake]. Written for the tests of the suite from
 * the RFCs and without the project's own codec, so that the two do not share a misunderstanding.
 */
internal class FaultyTransport(
    private val mistake: Mistake? = null,
) : WsTransport {
    override fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ): WsConnectAttempt {
        val socket = Socket()
        thread(isDaemon = true, name = "faulty-transport") { live(socket, request, listener) }
        return WsConnectAttempt { }
    }

    private fun live(
        socket: Socket,
        request: WsConnectRequest,
        listener: WsTransportListener,
    ) {
        val session =
            try {
                open(socket, request)
            } catch (failure: IOException) {
                listener.onConnectFailed(WsConnectFailure.Unreachable("$failure"))
                return
            }
        listener.onOpen(session)
        FaultyReader(session, request.buffers, listener, mistake).readUntilEnd()
        socket.close()
        listener.onClosed(WsLinkEnd.EndOfStream)
    }

    private fun open(
        socket: Socket,
        request: WsConnectRequest,
    ): FaultySession {
        socket.tcpNoDelay = true
        socket.connect(InetSocketAddress(request.url.host, request.url.port))
        val key = WsHandshakeRules.newKey()
        val offer = request.headers[OFFER]?.let { "Sec-WebSocket-Extensions: $it\r\n" }.orEmpty()
        val lines = "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        socket.getOutputStream().write("GET / HTTP/1.1\r\n${lines}Sec-WebSocket-Key: $key\r\n$offer\r\n".toByteArray())
        val input = BufferedInputStream(socket.getInputStream())
        val agreed = readHead(input).firstOrNull { it.startsWith("Sec-WebSocket-Extensions: ") }?.substringAfter(": ")
        return FaultySession(socket, input, agreed, WsHandshake(WsHeaders.EMPTY, null), mistake)
    }

    private fun readHead(input: InputStream): List<String> {
        val head = StringBuilder()
        while (!head.endsWith("\r\n\r\n")) {
            val byte = input.read()
            if (byte < 0) throw IOException("no answer")
            head.append(byte.toChar())
        }
        return head.split("\r\n")
    }

    override fun close() = Unit

    companion object {
        /** The header by which a request tells this transport what to offer. */
        const val OFFER = "X-Offer"
    }
}
