package io.github.belay.benchmarks.server

import java.net.URI
import java.nio.ByteBuffer
import java.security.MessageDigest
import java.util.Base64

/** The request for an upgrade, as far as this server looks at it: `GET /flood?size=100&n=5 HTTP/1.1`. */
internal class Upgrade private constructor(
    val path: String,
    private val query: Map<String, String>,
    private val key: String,
) {
    fun number(
        name: String,
        default: Long,
    ): Long = query[name]?.toLong() ?: default

    fun text(
        name: String,
        default: String,
    ): String = query[name] ?: default

    /** RFC 6455 section 4.2.2. */
    fun answer(): ByteBuffer {
        val accept = MessageDigest.getInstance("SHA-1").digest((key + GUID).toByteArray())
        val text =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
                "Sec-WebSocket-Accept: ${Base64.getEncoder().encodeToString(accept)}\r\n\r\n"
        return ByteBuffer.wrap(text.toByteArray())
    }

    companion object {
        /** Most bytes that a request may have. */
        const val MAX_BYTES = 8192
        private const val GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        private const val END = "\r\n\r\n"

        /** What the bytes before the position of [received] ask for; null while the end is not there. */
        fun parse(received: ByteBuffer): Upgrade? {
            val bytes = ByteArray(received.position())
            received.get(0, bytes)
            val head = String(bytes, Charsets.ISO_8859_1)
            if (!head.endsWith(END)) return null
            val lines = head.removeSuffix(END).split("\r\n")
            val target = URI(lines.first().split(' ')[1])
            val query =
                target.rawQuery
                    .orEmpty()
                    .split('&')
                    .filter { '=' in it }
            val key = lines.firstOrNull { it.startsWith("Sec-WebSocket-Key:", ignoreCase = true) }.orEmpty()
            return Upgrade(
                target.path,
                query.associate { it.substringBefore('=') to it.substringAfter('=') },
                key.substringAfter(':').trim(),
            )
        }
    }
}
