package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame

/**
 * The pings, pongs and the one Close of a link that wait. Not thread-safe: its owner's lock guards it.
 *
 * At most [MAX_FRAMES] wait, and a Close beyond that. A pong that finds the lane full takes the place of the oldest
 * one, since only the most recent ping needs its answer (RFC 6455 section 5.5.3).
 */
internal class ControlLane {
    private val frames = ArrayDeque<WsFrame>()
    private var closeWaits = false

    /** True once the Close frame was taken: nothing may be sent after it (RFC 6455 section 5.5.1). */
    var isClosed: Boolean = false
        private set

    val first: WsFrame? get() = frames.firstOrNull()

    /** False if [frame] was dropped: a ping that found the lane full, or anything after a Close. */
    fun offer(frame: WsFrame): Boolean {
        require(frame.kind.isControl) { "frame must be PING, PONG or CLOSE but was ${frame.kind}" }
        if (closeWaits || isClosed) return false
        if (frame is WsFrame.Close) {
            closeWaits = true
        } else if (frames.size >= MAX_FRAMES) {
            if (frame is WsFrame.Ping) return false
            makeRoom()
        }
        return frames.add(frame)
    }

    /** Takes the first frame out of the lane, which must not be empty. */
    fun take(): WsFrame = frames.removeFirst().also { if (it is WsFrame.Close) isClosed = true }

    fun clear() = frames.clear()

    /** An answer matters more than a question: without a pong to replace, the oldest ping goes. */
    private fun makeRoom() {
        frames.removeAt(frames.indexOfFirst { it is WsFrame.Pong }.coerceAtLeast(0))
    }

    companion object {
        const val MAX_FRAMES = 16
    }
}
