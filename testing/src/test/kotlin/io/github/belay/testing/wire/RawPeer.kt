package io.github.belay.testing.wire

import io.github.belay.codec.WsHandshakeRules
import java.io.ByteArrayOutputStream
import java.io.DataInputStream
import java.io.EOFException
import java.io.IOException
import java.net.Socket
import java.util.concurrent.CountDownLatch

/** The server's end of one connection. Not thread-safe, but for [close] and [reset]. */
class RawPeer(
    val socket: Socket,
    private val server: RawServer,
) : AutoCloseable {
    private val input by lazy { DataInputStream(socket.getInputStream().buffered()) }

    /** Request line and header lines of the upgrade, once read. */
    @Volatile
    var request: List<String> = emptyList()
        private set

    val key: String get() = header("Sec-WebSocket-Key")

    fun header(name: String): String =
        request.first { it.startsWith("$name:", ignoreCase = true) }.substringAfter(':').trim()

    fun readRequest() {
        request = generateSequence { readLine() }.takeWhile { it.isNotEmpty() }.toList()
    }

    /** Reads the upgrade and grants it. [extra] are further header lines. */
    fun accept(vararg extra: String) {
        readRequest()
        send(granted(*extra))
    }

    /** A proper 101, as text. */
    fun granted(vararg extra: String): String = answer("HTTP/1.1 101 Switching Protocols", *upgradeLines(), *extra)

    fun upgradeLines(): Array<String> =
        arrayOf("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: ${WsHandshakeRules.acceptOf(key)}")

    fun answer(vararg lines: String): String = lines.joinToString("\r\n", postfix = "\r\n\r\n")

    fun send(text: String): Unit = send(text.toByteArray(Charsets.ISO_8859_1))

    fun send(bytes: ByteArray) {
        socket.getOutputStream().run {
            write(bytes)
            flush()
        }
    }

    /** The next frame of the client, unmasked; throws [EOFException] when the client has closed its side. */
    fun readFrame(): RawFrame {
        val first = input.readUnsignedByte()
        val second = input.readUnsignedByte()
        check(second and MASKED != 0) { "a client's frame must be masked" }
        val size =
            when (val short = second and MAX_SEVEN_BITS) {
                LENGTH_OF_16_BITS -> input.readUnsignedShort()
                LENGTH_OF_64_BITS -> Math.toIntExact(input.readLong())
                else -> short
            }
        val mask = ByteArray(Int.SIZE_BYTES).also(input::readFully)
        val payload = ByteArray(size).also(input::readFully)
        for (index in payload.indices) {
            payload[index] =
                (payload[index].toInt() xor mask[index % mask.size].toInt()).toByte()
        }
        return RawFrame(opcode = first and OPCODE_BITS, isFinal = first and FINAL != 0, payload)
    }

    /** The same connection, spoken through [layer]. */
    fun over(layer: Socket): RawPeer = RawPeer(layer, server)

    /** Reads and forgets until the client ends the connection. */
    fun drain() {
        val buffer = ByteArray(DRAIN_BYTES)
        try {
            do {
                val read = input.read(buffer)
            } while (read >= 0)
        } catch (_: IOException) {
            // A reset ends it as well.
        }
    }

    /** Opened when the server closes. */
    val closing: CountDownLatch get() = server.closing

    /** Does nothing, not even read, until the server closes. */
    fun hold(): Unit = closing.await()

    /** Closes with a reset in place of a FIN. */
    fun reset() {
        socket.setSoLinger(true, 0)
        socket.close()
    }

    override fun close(): Unit = socket.close()

    private fun readLine(): String {
        val line = ByteArrayOutputStream()
        while (true) {
            val byte = input.read()
            if (byte < 0) throw EOFException()
            if (byte == '\n'.code) break
            if (byte != '\r'.code) line.write(byte)
        }
        return line.toString(Charsets.ISO_8859_1)
    }

    private companion object {
        const val FINAL = 0x80
        const val OPCODE_BITS = 0x0F
        const val MASKED = 0x80
        const val MAX_SEVEN_BITS = 0x7F
        const val LENGTH_OF_16_BITS = 126
        const val LENGTH_OF_64_BITS = 127
        const val DRAIN_BYTES = 64 * 1024
    }
}

/** A frame as it stood on the wire, unmasked. */
class RawFrame(
    val opcode: Int,
    val isFinal: Boolean,
    val payload: ByteArray,
) {
    val text: String get() = payload.decodeToString()

    override fun toString(): String = "RawFrame(opcode=$opcode, final=$isFinal, ${payload.size} bytes)"
}

/** A frame as a server sends it, or as it must not. [announcedSize] is what the header says. */
fun frame(
    opcode: Int,
    payload: ByteArray = ByteArray(0),
    isFinal: Boolean = true,
    reservedBits: Int = 0,
    announcedSize: Long = payload.size.toLong(),
): ByteArray {
    val out = java.io.ByteArrayOutputStream()
    java.io.DataOutputStream(out).run {
        writeByte((if (isFinal) 0x80 else 0) or (reservedBits shl 4) or opcode)
        when {
            announcedSize <= 125 -> {
                writeByte(announcedSize.toInt())
            }

            announcedSize <= 0xFFFF -> {
                writeByte(126)
                writeShort(announcedSize.toInt())
            }

            else -> {
                writeByte(127)
                writeLong(announcedSize)
            }
        }
        write(payload)
    }
    return out.toByteArray()
}

fun textFrame(text: String): ByteArray = frame(opcode = 1, text.toByteArray())

fun closeFrame(
    code: Int,
    reason: String = "",
): ByteArray = frame(opcode = 8, byteArrayOf((code shr 8).toByte(), code.toByte()) + reason.toByteArray())
