package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame

/**
 * What a writer took to send in one go. It holds at most [maxFrames] frames and, beyond the first, at most [maxBytes]
 * of payload. Filled under the queue's lock, then its writer's own, who clears it and uses it again: new lists would cost
 * 30 bytes for each message.
 */
internal class OutboundBatch(
    private val maxFrames: Int,
    private val maxBytes: Int,
) {
    private val taken = ArrayList<WsFrame>()
    private val waiting = ArrayList<OutboundItem>()

    /** Everything to write, in order. */
    val frames: List<WsFrame> get() = taken

    /** Those among the frames that somebody waits for; they are settled by [OutboundQueue.settle]. */
    val items: List<OutboundItem> get() = waiting

    /** How many of the [items] came from the data lane. */
    var dataFrames: Int = 0
        private set

    /** All payloads together. */
    var bytes: Long = 0
        private set

    /** Set by the first frame that did not fit: no smaller one may overtake it. */
    private var isFull = false

    fun clear() {
        taken.clear()
        waiting.clear()
        dataFrames = 0
        bytes = 0
        isFull = false
    }

    fun fillFrom(lane: ControlLane) {
        while (!lane.isClosed) {
            val frame = lane.first ?: return
            if (!fits(frame.payload.size)) return
            add(lane.take())
        }
    }

    fun fillFrom(lane: Lane) {
        while (true) {
            val item = lane.first ?: return
            if (!fits(item.bytes)) return
            lane.remove(item)
            waiting += item
            add(item.frame)
        }
    }

    /** [fillFrom] for the lane that the statistics speak of. */
    fun fillFromData(lane: Lane) {
        val before = waiting.size
        fillFrom(lane)
        dataFrames = waiting.size - before
    }

    private fun fits(frameBytes: Int): Boolean {
        val overflows = taken.size >= maxFrames || bytes + frameBytes > maxBytes
        if (overflows && taken.isNotEmpty()) isFull = true
        return !isFull
    }

    private fun add(frame: WsFrame) {
        taken += frame
        bytes += frame.payload.size
    }
}
