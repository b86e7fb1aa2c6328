package io.github.belay.benchmarks.server

import java.nio.ByteBuffer
import java.nio.channels.SocketChannel
import javax.net.ssl.SSLSocket

/** Bytes from and to one client, by threads that may block. */
internal interface Wire : AutoCloseable {
    /** A buffer of the kind that this wire moves without another copy. */
    fun buffer(size: Int): ByteBuffer

    /** Reads at least one byte behind the position; -1 at the end. */
    fun read(into: ByteBuffer): Int

    /** Writes all from position to limit. */
    fun write(bytes: ByteBuffer)
}

/** TCP. */
internal class PlainWire(
    private val channel: SocketChannel,
) : Wire {
    override fun buffer(size: Int): ByteBuffer = ByteBuffer.allocateDirect(size)

    override fun read(into: ByteBuffer): Int = channel.read(into)

    override fun write(bytes: ByteBuffer) {
        while (bytes.hasRemaining()) channel.write(bytes)
    }

    override fun close() = channel.close()
}

/** TLS by the JDK's own sockets. */
internal class TlsWire(
    private val socket: SSLSocket,
) : Wire {
    private val input = socket.inputStream
    private val output = socket.outputStream

    override fun buffer(size: Int): ByteBuffer = ByteBuffer.allocate(size)

    override fun read(into: ByteBuffer): Int {
        val count = input.read(into.array(), into.position(), into.remaining())
        if (count > 0) into.position(into.position() + count)
        return count
    }

    override fun write(bytes: ByteBuffer) {
        output.write(bytes.array(), bytes.position(), bytes.remaining())
        bytes.position(bytes.limit())
    }

    override fun close() = socket.close()
}
