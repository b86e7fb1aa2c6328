package io.github.belay.testing.server

import io.github.belay.testing.contract.HandshakeFault
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.transport.WsHeaders
import java.io.EOFException
import java.io.InputStream
import java.net.ProtocolException
import java.security.MessageDigest
import java.util.Base64

/** The opening handshake as a client sent it, and the answers to it (RFC 6455 section 4.2). */
internal class UpgradeRequest(
    val target: String,
    val headers: WsHeaders,
) {
    /** The bytes of a valid answer. */
    fun accept(
        subprotocol: String?,
        more: WsHeaders = WsHeaders.EMPTY,
    ): ByteArray = switching(lines(subprotocol) + more)

    /** The bytes of an answer that is wrong by [fault]. */
    fun malformed(fault: HandshakeFault): ByteArray =
        when (fault) {
            HandshakeFault.NOT_HTTP -> "220 this is no web server\r\n\r\n".toByteArray()
            HandshakeFault.NO_UPGRADE -> switching(lines().without("Upgrade"))
            HandshakeFault.NO_CONNECTION -> switching(lines().without("Connection"))
            HandshakeFault.NO_ACCEPT -> switching(lines().without(ACCEPT))
            HandshakeFault.WRONG_ACCEPT -> switching(lines().without(ACCEPT).with(ACCEPT, acceptOf("another key")))
            HandshakeFault.UNOFFERED_SUBPROTOCOL -> switching(lines("unoffered"))
            HandshakeFault.UNOFFERED_EXTENSION -> switching(lines().with("Sec-WebSocket-Extensions", "x-unoffered"))
        }

    private fun lines(subprotocol: String? = null): WsHeaders {
        val key = headers["Sec-WebSocket-Key"] ?: throw ProtocolException("the client sent no Sec-WebSocket-Key")
        val lines =
            WsHeaders.EMPTY
                .with("Upgrade", "websocket")
                .with("Connection", "Upgrade")
                .with(ACCEPT, acceptOf(key))
        return if (subprotocol == null) lines else lines.with("Sec-WebSocket-Protocol", subprotocol)
    }

    private fun WsHeaders.without(name: String): WsHeaders =
        entries
            .filterNot { it.key.equals(name, ignoreCase = true) }
            .fold(WsHeaders.EMPTY) { kept, (key, value) -> kept.with(key, value) }

    private fun switching(lines: WsHeaders): ByteArray = head("101 Switching Protocols", lines)

    internal companion object {
        private const val ACCEPT = "Sec-WebSocket-Accept"

        /** Appended to the key (RFC 6455 section 1.3). */
        private const val KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        private const val REQUEST_LINE_WORDS = 3
        private const val MAX_HEAD_BYTES = 64 * 1024

        /** Reads a request up to its empty line. Throws [ProtocolException] for what is not an HTTP/1.1 GET. */
        fun read(input: InputStream): UpgradeRequest {
            val lines = readHead(input).split("\r\n")
            val (method, target, version) =
                lines.first().split(' ').takeIf { it.size == REQUEST_LINE_WORDS }
                    ?: throw ProtocolException("the client sent no request line")
            if (method != "GET" ||
                version != "HTTP/1.1"
            ) {
                throw ProtocolException("the client sent $method with $version")
            }
            return UpgradeRequest(target, headersOf(lines.drop(1).filter(String::isNotEmpty)))
        }

        private fun headersOf(lines: List<String>): WsHeaders =
            try {
                lines.fold(WsHeaders.EMPTY) { headers, line ->
                    headers.with(line.substringBefore(':'), line.substringAfter(':').trim())
                }
            } catch (broken: IllegalArgumentException) {
                throw ProtocolException("the client sent a bad header line: ${broken.message}").initCause(broken)
            }

        private fun readHead(input: InputStream): String {
            val head = StringBuilder()
            while (!head.endsWith("\r\n\r\n")) {
                val byte = input.read()
                if (byte < 0) throw EOFException("the client left before its request was complete")
                head.append(byte.toChar())
                if (head.length >
                    MAX_HEAD_BYTES
                ) {
                    throw ProtocolException("the client sent more than $MAX_HEAD_BYTES of header")
                }
            }
            return head.toString()
        }

        fun refusal(refuse: ServerHandshake.Refuse): ByteArray {
            val body = refuse.body.toByteArray()
            val lines = refuse.headers.with("Content-Length", "${body.size}").with("Connection", "close")
            return head("${refuse.status} Refused", lines) + body
        }

        private fun head(
            status: String,
            lines: WsHeaders,
        ): ByteArray =
            lines.entries
                .joinToString(separator = "", prefix = "HTTP/1.1 $status\r\n", postfix = "\r\n") { (name, value) ->
                    "$name: $value\r\n"
                }.toByteArray(Charsets.ISO_8859_1)

        private fun acceptOf(key: String): String =
            Base64.getEncoder().encodeToString(
                MessageDigest.getInstance("SHA-1").digest((key + KEY_SUFFIX).toByteArray()),
            )
    }
}
