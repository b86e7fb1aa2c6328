package io.github.belay.internal.reconcile

/**
 * The keys for which there is something to send, in the order in which that came up, and how many of them a replay still
 * lacks. Not thread-safe.
 */
internal class DueSubscriptions {
    private val due = LinkedHashSet<SubscriptionEntry>()
    private var replaying = 0

    /** True if all that was to be replayed has left, or is not wanted any more. */
    val isReplayed: Boolean get() = replaying == 0

    operator fun contains(entry: SubscriptionEntry): Boolean = entry in due

    /** What is to be sent for [entry] may have changed. */
    fun update(entry: SubscriptionEntry) {
        if (entry.operation != null) due += entry else due -= entry
        if (entry.operation != SubscriptionOperation.SUBSCRIBE && !entry.isOnItsWay) replayed(entry)
    }

    /** [entry] belongs to a replay, if there is anything to send for it. */
    fun replay(entry: SubscriptionEntry) {
        if (entry.operation != SubscriptionOperation.SUBSCRIBE) return
        due += entry
        if (!entry.isReplaying) replaying++
        entry.isReplaying = true
    }

    /** [entry] has left, or will not. */
    fun replayed(entry: SubscriptionEntry) {
        if (entry.isReplaying) replaying--
        entry.isReplaying = false
    }

    /** Takes the entries of the next message: at most [max] that need the same; empty if nothing is due. */
    fun take(max: Int): List<SubscriptionEntry> {
        val operation = due.firstOrNull()?.operation
        val taken =
            due
                .asSequence()
                .takeWhile { it.operation == operation }
                .take(max)
                .toList()
        due -= taken.toSet()
        return taken
    }

    fun clear() {
        due.forEach { it.isReplaying = false }
        due.clear()
        replaying = 0
    }
}
