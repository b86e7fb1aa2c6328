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
 *
 * [ring] is called when a batch arrives and nobody was told yet. The owner answers each ring with [poll] and
 * [isAnswered]; until then no further ring comes, however many batches do.
 */
internal class Inbox<M : Any>(
    private val ring: () -> Unit,
) {
    /** Guarded by itself, as is [isRung]. */
    private val batches = ArrayDeque<InboundBatch<M>>()
    private var isRung = false

    fun offer(batch: InboundBatch<M>) {
        val isFirst =
            synchronized(batches) {
                batches.addLast(batch)
                !isRung.also { isRung = true }
            }
        if (isFirst) ring()
    }

    /** The oldest batch; null when there is none. */
    fun poll(): InboundBatch<M>? = synchronized(batches) { batches.removeFirstOrNull() }

    /** True if the ring has been answered; false if more is waiting, and the owner has to come back by itself. */
    fun isAnswered(): Boolean =
        synchronized(batches) {
            isRung = batches.isNotEmpty()
            !isRung
        }
}
