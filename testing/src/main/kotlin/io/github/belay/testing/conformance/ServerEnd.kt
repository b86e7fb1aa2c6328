package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.testing.server.RawSocket
import java.io.IOException
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock
import kotlin.time.Duration

/** The server's end of one connection: writes what the script says and keeps every frame of the client as it came. */
internal class ServerEnd(
    private val socket: RawSocket,
) : AutoCloseable {
    private val lock = ReentrantLock()
    private val changed = lock.newCondition()

    // Written and read under the lock.
    private val read = ArrayList<ClientFrame>()
    private var messages = 0
    private var hasClosed = false
    private var ended: String? = null

    private val reader = thread(isDaemon = true, name = "ws-conformance-reader") { readUntilEnd() }

    /** Everything that came, in order. */
    val frames: List<ClientFrame> get() = lock.withLock { read.toList() }

    /** How the client's direction ended; null while it has not. */
    val end: String? get() = lock.withLock { ended }

    /** True if it ended otherwise than in order, so that frames may be lost. */
    val isBroken: Boolean get() = end.let { it != null && it != IN_ORDER }

    private fun readUntilEnd() {
        val reason =
            try {
                generateSequence { ClientFrame.read(socket.input) }.forEach(::add)
                IN_ORDER
            } catch (failure: IOException) {
                "reading failed: $failure"
            }
        lock.withLock {
            ended = reason
            changed.signalAll()
        }
    }

    private fun add(frame: ClientFrame) {
        lock.withLock {
            read += frame
            if (!frame.isControl && frame.isFinal) messages++
            if (frame.opcode == WsOpcode.CLOSE) hasClosed = true
            changed.signalAll()
        }
    }

    /** One write for every [pieceBytes] of [bytes]. Nothing happens once the client is gone. */
    fun write(
        bytes: ByteArray,
        pieceBytes: Int,
    ) {
        RawSocket.quietly {
            for (start in bytes.indices step pieceBytes) {
                val end = minOf(start + pieceBytes, bytes.size)
                socket.write(if (end - start == bytes.size) bytes else bytes.copyOfRange(start, end))
            }
        }
    }

    /** Blocks until [count] messages have come, or the client has left, for [time] at most. True if they have come. */
    fun awaitMessages(
        count: Int,
        time: Duration,
    ): Boolean {
        await(time) { messages >= count || hasClosed }
        return lock.withLock { messages >= count }
    }

    /** Blocks until the client has sent a Close frame or its end has come, for [time] at most. */
    fun awaitClose(time: Duration) {
        await(time) { hasClosed }
    }

    /** Blocks until the client's direction has ended, for [time] at most. */
    fun awaitEnd(time: Duration) {
        await(time) { false }
    }

    /** Ends our direction in order. */
    fun endOutput() {
        RawSocket.quietly(socket::shutdownOutput)
    }

    private fun await(
        time: Duration,
        holds: () -> Boolean,
    ) {
        lock.withLock {
            var nanos = time.inWholeNanoseconds
            while (!holds() && ended == null && nanos > 0) nanos = changed.awaitNanos(nanos)
        }
    }

    /** Frees the socket and the thread, whatever they are at. */
    override fun close() {
        RawSocket.quietly(socket::close)
        if (Thread.currentThread() !== reader) reader.join(MAX_JOIN_MILLIS)
    }

    private companion object {
        const val IN_ORDER = "in order"
        const val MAX_JOIN_MILLIS = 1000L
    }
}
