package io.github.belay.benchmarks.subject

import io.github.belay.benchmarks.server.takeFrames
import java.io.IOException
import java.net.InetSocketAddress
import java.net.StandardSocketOptions
import java.net.URI
import java.nio.ByteBuffer
import java.nio.channels.SocketChannel
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ThreadLocalRandom
import javax.net.ssl.SSLSocket
import kotlin.concurrent.thread

private const val READ_BYTES = 256 * 1024
private const val WRITE_BYTES = 64 * 1024

/**
 * The limit: a thread that blocks in reads, a splitter that looks at one byte of each message, a writer that masks with
 * cheap random numbers. Checks nothing of what RFC 6455 asks, nor even the answer to its handshake: no client.
 */
internal class Bare(
    private val trust: Trust,
) : Subject {
    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val target = URI(url)
        val socket = if (target.scheme == "wss") TlsBytes(trust, target) else PlainBytes(target)
        socket.upgrade(target)
        return BareLink(socket, receiver).also { receiver.onOpen(it) }
    }
}

/** A socket that reads to the position of a buffer and writes what lies before it. */
private interface Bytes : AutoCloseable {
    fun buffer(size: Int): ByteBuffer

    fun read(into: ByteBuffer): Int

    fun write(from: ByteBuffer)

    fun upgrade(target: URI) {
        val path = target.rawPath + target.rawQuery?.let { "?$it" }.orEmpty()
        val request = buffer(READ_BYTES)
        val lines =
            "GET $path HTTP/1.1\r\nHost: ${target.authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        request.put(lines.toByteArray())
        write(request)
        // One byte at a time: what comes behind the answer is not its own.
        val one = buffer(1)
        var ended = 0
        while (ended < 4) {
            check(read(one.clear()) > 0) { "the server hung up" }
            ended = if (one.get(0) == (if (ended % 2 == 0) '\r' else '\n').code.toByte()) ended + 1 else 0
        }
    }
}

private class PlainBytes(
    target: URI,
) : Bytes {
    private val channel =
        SocketChannel.open(InetSocketAddress(target.host, target.port)).apply {
            setOption(StandardSocketOptions.TCP_NODELAY, true)
        }

    override fun buffer(size: Int): ByteBuffer = ByteBuffer.allocateDirect(size)

    override fun read(into: ByteBuffer): Int = channel.read(into)

    override fun write(from: ByteBuffer) {
        from.flip()
        while (from.hasRemaining()) channel.write(from)
        from.clear()
    }

    override fun close() = channel.close()
}

private class TlsBytes(
    trust: Trust,
    target: URI,
) : Bytes {
    private val socket =
        (trust.context.socketFactory.createSocket(target.host, target.port) as SSLSocket).apply { tcpNoDelay = true }
    private val input = socket.inputStream
    private val output = socket.outputStream

    override fun buffer(size: Int): ByteBuffer = ByteBuffer.allocate(size)

    override fun read(into: ByteBuffer): Int {
        val count = input.read(into.array(), into.position(), into.remaining())
        if (count > 0) into.position(into.position() + count)
        return count
    }

    override fun write(from: ByteBuffer) {
        output.write(from.array(), 0, from.position())
        from.clear()
    }

    override fun close() = socket.close()
}

private class BareLink(
    private val socket: Bytes,
    private val receiver: Receiver,
) : Link {
    private val outgoing = socket.buffer(WRITE_BYTES)
    private val first = CompletableFuture<() -> Unit>()

    init {
        thread(isDaemon = true, name = "bare-reader") { runCatching { read() } }
    }

    override fun begin(task: () -> Unit) {
        first.complete(task)
    }

    private fun read() {
        first.get()()
        // Strings are made of arrays: one copy of all that a read brought is cheaper than one for each message.
        val incoming =
            if (receiver.payload ==
                Payload.STRING
            ) {
                ByteBuffer.allocate(READ_BYTES)
            } else {
                socket.buffer(READ_BYTES)
            }
        try {
            while (socket.read(incoming) >= 0) {
                split(incoming)
                receiver.onReadComplete(this)
            }
        } catch (_: IOException) {
            // Closed here or there: lost either way.
        }
        receiver.onLost(this)
    }

    private fun split(incoming: ByteBuffer) =
        when {
            receiver.payload == Payload.STRING -> splitStrings(incoming)
            incoming.isDirect -> splitDirect(incoming)
            else -> splitArray(incoming)
        }

    // Each is compiled for the one kind of buffer that it sees. As one function, entered once for each link, it kept what
    // the first workload made of it: bytes took 16 ns of CPU where they take 12.

    private fun splitDirect(incoming: ByteBuffer) =
        takeFrames(incoming) { _, at, size, _ -> receiver.onMessage(this, size, incoming.get(at).toInt()) }

    private fun splitArray(incoming: ByteBuffer) =
        takeFrames(incoming) { _, at, size, _ -> receiver.onMessage(this, size, incoming.get(at).toInt()) }

    private fun splitStrings(incoming: ByteBuffer) {
        val bytes = incoming.array()
        takeFrames(incoming) { _, at, size, _ ->
            val text = String(bytes, at, size, Charsets.UTF_8)
            receiver.onMessage(this, text.length, text[0].code)
        }
    }

    override fun send(message: Message) {
        if (outgoing.remaining() < message.size + MASKED_HEADER_BYTES) flush()
        putMasked(outgoing, message.bytes, ThreadLocalRandom.current().nextInt())
    }

    override fun flush() = socket.write(outgoing)

    override fun pump(
        message: Message,
        count: Long,
    ) {
        for (sent in 0 until count) send(message)
        flush()
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) = sendFromThread(message, count)

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) = synchronized(outgoing) { pump(message, count.toLong()) }

    override fun close() = socket.close()
}

private const val MASKED_HEADER_BYTES = 14

private fun putMasked(
    target: ByteBuffer,
    bytes: ByteArray,
    key: Int,
) {
    target.put(0x82.toByte())
    when {
        bytes.size < 126 -> target.put((0x80 or bytes.size).toByte())
        bytes.size <= 0xFFFF -> target.put((0x80 or 126).toByte()).putShort(bytes.size.toShort())
        else -> target.put((0x80 or 127).toByte()).putLong(bytes.size.toLong())
    }
    target.putInt(key)
    val wide = (key.toLong() shl Int.SIZE_BITS) or (key.toLong() and 0xFFFFFFFFL)
    var at = 0
    while (bytes.size - at >= Long.SIZE_BYTES) {
        target.putLong((LONGS.get(bytes, at) as Long) xor wide)
        at += Long.SIZE_BYTES
    }
    while (at < bytes.size) {
        target.put((bytes[at].toInt() xor (key ushr (24 - 8 * (at and 3)))).toByte())
        at++
    }
}

private val LONGS =
    java.lang.invoke.MethodHandles
        .byteArrayViewVarHandle(LongArray::class.java, java.nio.ByteOrder.BIG_ENDIAN)
