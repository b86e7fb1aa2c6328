package io.github.belay.testing.server

import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.transport.WsUrl
import java.io.DataInputStream
import java.net.InetSocketAddress
import java.net.Socket
import java.net.SocketTimeoutException
import kotlin.time.Duration.Companion.milliseconds

/** The answer to the sample key of RFC 6455 section 1.3. */
internal const val SAMPLE_ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/** Options of a server that waits for nothing long. */
internal val impatient = RawWsOptions(patience = 50.milliseconds)

/** A server, and one raw client that is connected to it but has said nothing. */
internal fun withClient(
    options: RawWsOptions = RawWsOptions(),
    handshake: ServerHandshake = ServerHandshake.Accept(),
    body: (RawWsServer, RawClient) -> Unit,
) {
    RawWsServer(options).use { server ->
        server.enqueue(handshake)
        RawClient(server.url).use { body(server, it) }
    }
}

/** A client that does exactly what it is told, byte for byte. Reads block for ten seconds at most. */
internal class RawClient(
    url: WsUrl,
    receiveBufferBytes: Int? = null,
) : AutoCloseable {
    val socket = Socket()
    val input: DataInputStream

    init {
        receiveBufferBytes?.let { socket.receiveBufferSize = it }
        socket.connect(InetSocketAddress(url.host, url.port))
        socket.soTimeout = 10_000
        input = DataInputStream(socket.getInputStream())
    }

    fun send(bytes: ByteArray) {
        socket.getOutputStream().write(bytes)
    }

    /** Sends the request of RFC 6455 section 1.3. */
    fun requestUpgrade(vararg lines: String) {
        val head =
            listOf(
                "GET /chat?a=b HTTP/1.1",
                "Host: localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
            ) + lines
        send(head.joinToString(separator = "\r\n", postfix = "\r\n\r\n").toByteArray())
    }

    /** The lines of the answer, without the empty one. */
    fun readHead(): List<String> = generateSequence { readLine() }.takeWhile { it.isNotEmpty() }.toList()

    private fun readLine(): String {
        val line = StringBuilder()
        while (true) {
            val char = input.readByte().toInt().toChar()
            if (char == '\n') return line.removeSuffix("\r").toString()
            line.append(char)
        }
    }

    fun upgrade(): RawClient {
        requestUpgrade()
        readHead()
        return this
    }

    /** Sends one frame with a mask, as section 5.3 wants it. */
    fun sendFrame(
        firstByte: Int,
        payload: ByteArray,
    ) {
        val mask = byteArrayOf(1, 2, 3, 4)
        val header = byteArrayOf(firstByte.toByte(), (0x80 or payload.size).toByte()) + mask
        val masked = ByteArray(payload.size) { (payload[it].toInt() xor mask[it % mask.size].toInt()).toByte() }
        send(header + masked)
    }

    fun read(count: Int): List<Int> = List(count) { input.readUnsignedByte() }

    /** Reads to the end of the stream; what is left of it. */
    fun readToEnd(): ByteArray = input.readAllBytes()

    /** True if nothing comes within [millis]. */
    fun hearsNothing(millis: Int): Boolean {
        socket.soTimeout = millis
        return try {
            input.readByte()
            false
        } catch (_: SocketTimeoutException) {
            true
        } finally {
            socket.soTimeout = 10_000
        }
    }

    override fun close() {
        socket.close()
    }
}
