package io.github.belay.internal.reconcile

import kotlin.time.Duration

/** One message about [entries], taken to be sent. Written by the table only. */
internal class SubscriptionMessage(
    val id: Long,
    val operation: SubscriptionOperation,
    val entries: List<SubscriptionEntry>,
) {
    val keys: List<String> get() = entries.map { it.key }

    /** True once its flush was reported. */
    var isSent = false

    /** How many of the entries wait for its end. */
    var unsettled = entries.size

    /** When the wait for an answer ends. */
    var deadline = Duration.INFINITE

    /** Entries that wait for its end. */
    val open: List<SubscriptionEntry> get() = entries.filter { it.message === this }
}

/** The messages of a link that were taken and are not settled, in the order of their flushes. Not thread-safe. */
internal class SubscriptionMessages {
    private val onTheirWay = LinkedHashMap<Long, SubscriptionMessage>()
    private var lastId = 0L

    /** When the first wait for an answer ends; infinite when there is none. */
    val nextDeadline: Duration get() = onTheirWay.values.firstOrNull()?.deadline ?: Duration.INFINITE

    operator fun get(id: Long): SubscriptionMessage? = onTheirWay[id]

    operator fun contains(message: SubscriptionMessage): Boolean = onTheirWay[message.id] === message

    /** Makes the message that asks [operation] for [entries], which are on their way then. */
    fun take(
        operation: SubscriptionOperation,
        entries: List<SubscriptionEntry>,
    ): SubscriptionMessage {
        val message = SubscriptionMessage(++lastId, operation, entries)
        onTheirWay[message.id] = message
        for (entry in entries) {
            entry.message = message
            entry.isToResend = false
            entry.carrier = message.id.takeIf { operation == SubscriptionOperation.SUBSCRIBE }
            entry.onLink =
                if (operation == SubscriptionOperation.SUBSCRIBE) OnLink.SUBSCRIBING else OnLink.UNSUBSCRIBING
        }
        return message
    }

    /** The message about [entry] is over, and the link has [onLink] of it. */
    fun leave(
        entry: SubscriptionEntry,
        onLink: OnLink,
    ) {
        val message = entry.message
        entry.message = null
        entry.onLink = onLink
        if (message != null && --message.unsettled == 0) onTheirWay -= message.id
    }

    /** Messages that should have been answered by [now]. */
    fun overdue(now: Duration): List<SubscriptionMessage> = onTheirWay.values.takeWhile { it.deadline <= now }

    fun clear() = onTheirWay.clear()
}
