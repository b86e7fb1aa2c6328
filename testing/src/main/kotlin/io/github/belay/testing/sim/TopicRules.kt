package io.github.belay.testing.sim

/**
 * Watches the way of ticks through the client: each that came in is delivered once and in order, and within a topic no
 * number is missing between two ticks of one connection.
 */
internal class TopicRules(
    private val violations: Violations,
) {
    private class Arrival(
        val tick: Script.Tick,
        val bytes: Int,
        /** The client may hold it, or have dropped it, for nobody collected when it came. */
        var isHeld: Boolean = false,
    )

    /** Came in and was not delivered yet, oldest first. */
    private val underWay = ArrayDeque<Arrival>()
    private val newest = LinkedHashMap<Int, Script.Tick>()

    /** Nobody collects, or nobody did until now: the oldest messages may have been dropped. */
    private var mayDrop = false
    private var isAway = false

    /** The connection has ended: what was not delivered by then may be dropped. */
    private var isOver = false
    private var waiting = 0
    private var waitingBytes = 0L

    /** Messages that certainly wait for the user inside the client, and were not held for want of one. */
    val inside: Int get() = if (isAway || isOver) 0 else waiting

    /** Bytes of [inside]. */
    val insideBytes: Long get() = if (isAway || isOver) 0 else waitingBytes

    /** The user stops collecting for a while. */
    fun left() {
        mayDrop = true
        isAway = true
    }

    /** The user collects again. */
    fun returned() {
        isAway = false
        underWay.forEach { it.isHeld = true }
        waiting = 0
        waitingBytes = 0
    }

    /** The connection has ended. */
    fun ended() {
        isOver = true
    }

    /** The transport hands over [tick], a message of [bytes]. */
    fun came(
        tick: Script.Tick,
        bytes: Int,
    ) {
        underWay.addLast(Arrival(tick, bytes))
        waiting++
        waitingBytes += bytes
        val before = newest.put(tick.topic, tick) ?: return
        val isNext = tick.number == before.number + 1
        val isLater = tick.number > before.number && tick.connection > before.connection
        violations.require(isNext || isLater, Invariant.TOPIC_ORDER) { "$tick came after $before" }
    }

    /** The user gets [tick]. */
    fun got(tick: Script.Tick) {
        if (mayDrop || isOver) while (underWay.isNotEmpty() && underWay.first().tick != tick) takeFirst()
        mayDrop = false
        val expected = takeFirst()
        violations.require(tick == expected, Invariant.TOPIC_ORDER) { "the user got $tick instead of $expected" }
    }

    private fun takeFirst(): Script.Tick? {
        val first = underWay.removeFirstOrNull() ?: return null
        if (!first.isHeld) {
            waiting--
            waitingBytes -= first.bytes
        }
        return first.tick
    }
}
