package io.github.belay.examples.demo

/** One stretch of time without a link, under the name of what caused it. */
internal class Outage(
    val number: Int,
    val cause: String,
    private val beganAtMillis: Long,
) {
    /** Length in milliseconds; -1 while it lasts. */
    @Volatile
    var millis: Long = -1
        private set

    /** Sequence numbers that fell into it, over all symbols. */
    @Volatile
    var lost: Long = 0

    /** [millis] for people. */
    val length: String get() = if (millis < 0) "lasting" else "$millis ms"

    fun end(atMillis: Long) {
        millis = atMillis - beganAtMillis
    }
}

/** The outages of one connection, in order. Told by one coroutine, read by the view, hence the lock. */
internal class Outages {
    private val list = ArrayList<Outage>()
    private var isOpen = false

    /** The link is gone: the outage that begins now, or null where none does. */
    @Synchronized
    fun lost(
        cause: String,
        atMillis: Long,
    ): Outage? {
        // Attempts that fail before the first link, or within an outage, begin no outage of their own.
        if (!isOpen) return null
        isOpen = false
        return Outage(list.size + 1, cause, atMillis).also(list::add)
    }

    /** A link is there again: the outage that ends now, or null where none was. */
    @Synchronized
    fun opened(atMillis: Long): Outage? {
        isOpen = true
        return list.lastOrNull()?.takeIf { it.millis == -1L }?.also { it.end(atMillis) }
    }

    @Synchronized
    fun all(): List<Outage> = list.toList()
}
