package io.github.belay.testing.server

import java.io.IOException
import java.io.InputStream
import java.net.Socket
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLSocket

/** A TCP connection with or without TLS on it, and the different ways to end it. Safe from any thread. */
internal class RawSocket private constructor(
    private val tcp: Socket,
    private val tls: SSLSocket?,
) {
    private val stream: Socket get() = tls ?: tcp

    /** The TLS handshake happens at the first read. */
    val input: InputStream = stream.getInputStream().buffered()

    /** Blocks while the peer does not read. One thread at a time. */
    fun write(bytes: ByteArray) {
        stream.getOutputStream().run {
            write(bytes)
            flush()
        }
    }

    /** Ends our direction in order; the peer's may go on. */
    fun shutdownOutput() {
        tls?.shutdownOutput()
        tcp.shutdownOutput()
    }

    /** Discards what was not sent and tells the peer by a reset. */
    fun reset() {
        tcp.setSoLinger(true, 0)
        tcp.close()
    }

    /** Frees the socket without a word of TLS. */
    fun close() {
        tcp.close()
    }

    internal companion object {
        /** Takes over [tcp], whose server side of TLS is [context]'s, if any. */
        fun over(
            tcp: Socket,
            context: SSLContext?,
        ): RawSocket {
            tcp.tcpNoDelay = true
            if (context == null) return RawSocket(tcp, tls = null)
            val tls = context.socketFactory.createSocket(tcp, tcp.inetAddress.hostAddress, tcp.port, true) as SSLSocket
            tls.useClientMode = false
            return RawSocket(tcp, tls)
        }

        /** Runs [action] on a socket that may be gone: then nothing is left to do. */
        inline fun quietly(action: () -> Unit) {
            try {
                action()
            } catch (_: IOException) {
                return
            }
        }
    }
}
