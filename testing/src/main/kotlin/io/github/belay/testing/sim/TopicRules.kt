package io.github.belay.testing.sim

/**
 * Watches the way of ticks through the client: each that came in is delivered once and in order, and within a topic no
 * number is missing between two ticks of one connection.
 */
internal class TopicRules(
    private val violations: Violations,
) {
    /** Came in and was not delivered yet, oldest first. */
    private val underWay = ArrayDeque<Script.Tick>()
    private val newest = LinkedHashMap<Int, Script.Tick>()

    /** Nobody collects, or nobody did until now: the oldest messages may have been dropped. */
    private var mayDrop = false

    /** The connection has ended: what was not delivered by then may be dropped. */
    private var isOver = false

    /** Messages that certainly are inside the client. */
    val inside: Int get() = if (mayDrop || isOver) 0 else underWay.size

    /** The user stops collecting for a while. */
    fun left() {
        mayDrop = true
    }

    /** The connection has ended. */
    fun ended() {
        isOver = true
    }

    /** The transport hands [tick] over. */
    fun came(tick: Script.Tick) {
        underWay.addLast(tick)
        val before = newest.put(tick.topic, tick) ?: return
        val isNext = tick.number == before.number + 1
        val isLater = tick.number > before.number && tick.connection > before.connection
        violations.require(isNext || isLater, Invariant.TOPIC_ORDER) { "$tick came after $before" }
    }

    /** The user gets [tick]. */
    fun got(tick: Script.Tick) {
        if (mayDrop || isOver) while (underWay.isNotEmpty() && underWay.first() != tick) underWay.removeFirst()
        mayDrop = false
        val expected = underWay.removeFirstOrNull()
        violations.require(tick == expected, Invariant.TOPIC_ORDER) { "the user got $tick instead of $expected" }
    }
}
