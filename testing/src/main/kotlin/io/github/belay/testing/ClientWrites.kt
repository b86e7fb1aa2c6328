package io.github.belay.testing

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsFlushListener
import java.io.IOException

/**
 * What the client wrote and the server has not taken: frames in order, with a mark where each flush was asked for.
 *
 * Not thread-safe: guarded by the link's lock. Not bounded by itself, as the contract of a session says: [isFull] tells
 * the client to stop.
 */
internal class ClientWrites(
    private val maxBytes: Int,
) {
    /** One of the two is set. */
    private class Entry(
        val frame: WsFrame?,
        val mark: WsFlushListener?,
    )

    /** A flush that has ended and whose listener has not heard. */
    class Flushed(
        val listener: WsFlushListener,
        val failure: IOException?,
    )

    private val unflushed = ArrayDeque<WsFrame>()
    private val leaving = ArrayDeque<Entry>()
    private val ended = ArrayDeque<Flushed>()
    private var pendingBytes = 0L

    /** Set while more than the limit is pending, until [takeRelief] has told that it is not. */
    private var pressed = false

    val isFull: Boolean get() = pendingBytes > maxBytes

    /** True while a flush waits for the server. */
    val isLeaving: Boolean get() = leaving.isNotEmpty()

    fun write(frame: WsFrame) {
        unflushed += frame
        pendingBytes += frame.payload.size
        if (isFull) pressed = true
    }

    fun flush(listener: WsFlushListener) {
        unflushed.forEach { leaving += Entry(it, mark = null) }
        unflushed.clear()
        leaving += Entry(frame = null, listener)
    }

    /** Hands flushed frames to [take], in order, until it says false or none is left. Flushes passed on the way succeed. */
    fun drain(take: (WsFrame) -> Boolean) {
        while (leaving.isNotEmpty()) {
            val entry = leaving.first()
            if (entry.frame != null) {
                if (!take(entry.frame)) return
                pendingBytes -= entry.frame.payload.size
            }
            leaving.removeFirst()
            entry.mark?.let { ended += Flushed(it, failure = null) }
        }
    }

    /** Drops what was flushed and fails every flush with [message]. */
    fun fail(message: String) {
        for (entry in leaving) {
            entry.frame?.let { pendingBytes -= it.payload.size }
            entry.mark?.let { ended += Flushed(it, IOException(message)) }
        }
        leaving.clear()
    }

    /** The next flush that ended, once; null when there is none. */
    fun takeFlushed(): Flushed? = ended.removeFirstOrNull()

    /** True once after the pending bytes went over the limit and came back. */
    fun takeRelief(): Boolean {
        if (!pressed || isFull) return false
        pressed = false
        return true
    }
}
