package io.github.belay.internal.outbound

/**
 * Messages that wait, first come first served. Not thread-safe: its owner's lock guards it and the items in it.
 *
 * The list runs through the items themselves, so that waiting allocates nothing and a withdrawal from the middle costs
 * no search.
 */
internal class Lane {
    private var last: OutboundItem? = null

    /** The one whose turn it is; null when nobody waits. */
    var first: OutboundItem? = null
        private set

    /** Items that wait. */
    var size: Int = 0
        private set

    /** Their payloads together. */
    var bytes: Long = 0
        private set

    fun add(item: OutboundItem) {
        require(item.lane == null) { "item must not wait already but does: ${item.frame}" }
        item.lane = this
        item.ahead = last
        last?.behind = item
        last = item
        if (first == null) first = item
        size++
        bytes += item.bytes
    }

    fun remove(item: OutboundItem) {
        require(item.lane === this) { "item must wait in this lane but does not: ${item.frame}" }
        val ahead = item.ahead
        val behind = item.behind
        if (ahead == null) first = behind else ahead.behind = behind
        if (behind == null) last = ahead else behind.ahead = ahead
        item.lane = null
        item.ahead = null
        item.behind = null
        size--
        bytes -= item.bytes
    }

    /** Gives all to [use], in order; which must leave the lane as it is. */
    inline fun forEach(use: (OutboundItem) -> Unit) {
        var item = first
        while (item != null) {
            use(item)
            item = item.behind
        }
    }

    /** Empties the lane; what waited, in order. */
    fun removeAll(): List<OutboundItem> {
        val removed = ArrayList<OutboundItem>(size)
        var next = first
        while (next != null) {
            removed += next
            remove(next)
            next = first
        }
        return removed
    }
}
