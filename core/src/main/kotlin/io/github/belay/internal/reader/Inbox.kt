package io.github.belay.internal.reader

import io.github.belay.frame.WsFrame

/** What one read burst brought: emitted messages and forwarded frames, in order. */
internal class InboundBatch<M : Any>(
    val generation: Long,
    val items: List<InboundItem<M>>,
    /** Payload bytes of all items. */
    val bytes: Long,
)

/** One step of a batch. */
internal sealed interface InboundItem<out M : Any> {
    class Forwarded(
        val frame: WsFrame,
    ) : InboundItem<Nothing>

    class Emitted<M : Any>(
        val message: M,
    ) : InboundItem<M>
}

/**
 * Batches between reader and owner. Bounded by the inbound budget, which stops the reading, so an offer is never refused.
 * [onFirst] rings when a batch arrives in an empty inbox: one ring however many batches follow.
 */
internal class Inbox<M : Any>(
    private val onFirst: () -> Unit,
) {
    /** Guarded by itself. */
    private val batches = ArrayDeque<InboundBatch<M>>()

    fun offer(batch: InboundBatch<M>) {
        val first =
            synchronized(batches) {
                batches.addLast(batch)
                batches.size == 1
            }
        if (first) onFirst()
    }

    /** The oldest batch; null when there is none. */
    fun poll(): InboundBatch<M>? = synchronized(batches) { batches.removeFirstOrNull() }

    val isEmpty: Boolean get() = synchronized(batches) { batches.isEmpty() }
}
