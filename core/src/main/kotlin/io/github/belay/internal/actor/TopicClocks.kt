package io.github.belay.internal.actor

import io.github.belay.internal.session.Clock
import kotlin.time.Duration

/**
 * When data of each topic last arrived, over all links. At most [capacity] topics are remembered; one more, and the one
 * that has been neither heard of nor asked about for longest is forgotten. Safe from any thread.
 */
internal class TopicClocks(
    private val clock: Clock,
    private val capacity: Int = DEFAULT_CAPACITY,
) {
    /** What is written for each message should not be a new object for each. */
    private class Arrival(
        var at: Duration,
    )

    /** The one that was touched last is the last; null until there is a topic. Guarded by this. */
    private var arrivals: LinkedHashMap<String, Arrival>? = null

    /** Data of [topic] arrived [at] that time. */
    @Synchronized
    fun arrived(
        topic: String,
        at: Duration,
    ) {
        val known = arrivals ?: LinkedHashMap<String, Arrival>(FEW, LOAD, true).also { arrivals = it }
        known.getOrPut(topic) { Arrival(at) }.at = at
        if (known.size > capacity) known.remove(known.keys.first())
    }

    /** How long ago data of [topic] last arrived; null if none did. */
    @Synchronized
    fun age(topic: String): Duration? = arrivals?.get(topic)?.let { clock.now() - it.at }

    private companion object {
        const val DEFAULT_CAPACITY = 65_536
        const val FEW = 16
        const val LOAD = 0.75f
    }
}
