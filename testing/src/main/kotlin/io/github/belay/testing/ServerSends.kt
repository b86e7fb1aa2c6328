package io.github.belay.testing

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsProtocolException

/** What travels from the mock server to the client, in order. */
internal sealed interface Arrival {
    /** Frames that one read completes. */
    class Read(
        val frames: List<WsFrame>,
    ) : Arrival {
        val hasClose: Boolean get() = frames.any { it is WsFrame.Close }
    }

    /** Bytes that break the protocol. */
    class Violation(
        val violation: WsProtocolException,
    ) : Arrival

    data object EndOfStream : Arrival

    class Reset(
        val message: String,
    ) : Arrival
}

/** What the server sent and the client has not read. Not thread-safe: guarded by the link's lock. */
internal class ServerSends(
    private val maxFrames: Int,
) {
    private val waiting = ArrayDeque<Arrival>()

    /** Set once the protocol is broken: from then on only the end of the stream counts. */
    private var endOnly = false

    /** Frames that wait; at most [maxFrames] and one Close. */
    var frames: Int = 0
        private set

    /** Queues [arrival] unless that makes more than the limit of frames wait. */
    fun offer(arrival: Arrival): Boolean {
        val more = (arrival as? Arrival.Read)?.frames?.size ?: 0
        if (more > maxFrames - frames) return false
        add(arrival)
        return true
    }

    /** Queues [arrival] whatever waits: for the last frame of a link. */
    fun add(arrival: Arrival) {
        if (endOnly && isData(arrival)) return
        waiting += arrival
        if (arrival is Arrival.Read) frames += arrival.frames.size
    }

    fun poll(): Arrival? {
        val arrival = waiting.removeFirstOrNull()
        if (arrival is Arrival.Read) frames -= arrival.frames.size
        return arrival
    }

    /** Drops frames and violations, those to come too. */
    fun keepEndOnly() {
        endOnly = true
        waiting.removeAll(::isData)
        frames = 0
    }

    fun clear() {
        waiting.clear()
        frames = 0
    }

    private fun isData(arrival: Arrival): Boolean = arrival is Arrival.Read || arrival is Arrival.Violation
}
