package io.github.belay.internal.reader

import io.github.belay.frame.WsFrame
import kotlin.time.Duration

/** What one read burst brought, or a part of it: either frames for the endpoint or messages for the user, in order. */
internal sealed class InboundBatch<out M : Any>(
    val generation: Long,
    /** Payload bytes of all of it. */
    val bytes: Long,
    /** When it came in. */
    val arrivedAt: Duration,
) {
    /** How many frames or messages. */
    abstract val size: Int

    /** Frames that the ingress forwarded. */
    class Forwarded(
        generation: Long,
        bytes: Long,
        arrivedAt: Duration,
        val frames: List<WsFrame>,
    ) : InboundBatch<Nothing>(generation, bytes, arrivedAt) {
        override val size: Int get() = frames.size
    }

    /** Messages that the ingress emitted. */
    class Emitted<M : Any>(
        generation: Long,
        bytes: Long,
        arrivedAt: Duration,
        val messages: List<M>,
    ) : InboundBatch<M>(generation, bytes, arrivedAt) {
        override val size: Int get() = messages.size
    }
}

/**
 * Batches between reader and owner. Bounded by the inbound budget, which stops the reading, so an offer is never refused.
 *
 * [onRing] is called when something waits and nobody was told yet. The owner answers each ring with [poll] and
 * [isAnswered]; until then no further ring comes, however many batches do.
 */
internal class Inbox<M : Any>(
    private val onRing: () -> Unit,
) {
    /** Guarded by itself, as is [isRung]. */
    private val batches = ArrayDeque<InboundBatch<M>>()
    private var isRung = false

    /** Takes [batch]; the owner need not hear of it before the next [ring]. */
    fun add(batch: InboundBatch<M>) {
        synchronized(batches) { batches.addLast(batch) }
    }

    /** Tells the owner what has been added. */
    fun ring() {
        val isFirst =
            synchronized(batches) {
                (batches.isNotEmpty() && !isRung).also { if (it) isRung = true }
            }
        if (isFirst) onRing()
    }

    /** The oldest batch; null when there is none. */
    fun poll(): InboundBatch<M>? = synchronized(batches) { batches.removeFirstOrNull() }

    /** True while the owner has not taken everything. Safe from any thread. */
    val isBehind: Boolean get() = synchronized(batches) { isRung || batches.isNotEmpty() }

    /** True if the ring has been answered; false if more is waiting, and the owner has to come back by itself. */
    fun isAnswered(): Boolean =
        synchronized(batches) {
            isRung = batches.isNotEmpty()
            !isRung
        }
}
