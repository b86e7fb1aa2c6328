package io.github.belay.internal.delivery

import io.github.belay.endpoint.WsEndpointHandler
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow

/** Hears what becomes of messages, on the thread that did it; quick and does not throw. */
internal interface DeliveryListener {
    /** [messages] went through the handler and on to whoever collects. */
    fun onDelivered(messages: Int)

    /** [messages] were dropped because nobody collected them, or because the end came first. */
    fun onUncollected(messages: Int)

    /** The handler threw [error] at a message of the link [generation], which still goes to the collectors. */
    fun onHandlerError(
        error: Exception,
        generation: Long,
    )
}

/**
 * The way from the connection's owner to the user: the endpoint's handler first, then the collectors of [messages].
 *
 * Takes everything that is offered, because it is in memory already; [budget] is charged until the user has taken it,
 * and it is the reader that pauses when the budget is over. While nobody collects, messages cost no budget, and the
 * newest [heldMessages] of them are held for the next collector, within the bytes of the budget.
 *
 * Inline, the handler runs within [offer] until it suspends; from there on, and for all that is offered meanwhile, where
 * [run] was launched.
 *
 * [offer] and [finish] are safe from any thread. The owner launches [run] once, and calls [abandon] when that coroutine
 * completed, in case it was cancelled before it began.
 */
internal class Delivery<M : Any>(
    private val endpoint: WsEndpointHandler<M>,
    private val budget: InboundBudget,
    private val listener: DeliveryListener,
    heldMessages: Int = DEFAULT_HELD_MESSAGES,
    isInline: Boolean = false,
) {
    private class Batch<M>(
        val messages: List<M>,
        val bytes: Long,
        val generation: Long,
    )

    private val lock = Any()

    // Guarded by [lock].
    private val queue = ArrayDeque<Batch<M>>()
    private var isFinishing = false

    /** Rings when there is something in [queue], or the end. */
    private val bell = Bell(isInline)

    private val broadcast =
        Broadcast<M>(
            capacity = BUFFERED_LISTS,
            maxHeldElements = heldMessages,
            maxHeldBytes = budget.maxBytes,
            listener =
                object : Broadcast.Listener {
                    override fun onReleased(
                        elements: Int,
                        bytes: Long,
                    ) = budget.release(elements, bytes)

                    override fun onUncollected(elements: Int) = listener.onUncollected(elements)
                },
        )

    /** Every message; see [Broadcast.flow]. */
    val messages: Flow<M> = broadcast.flow()

    /** How many collect [messages] at this moment. */
    val collectors: Int get() = broadcast.collectors

    /**
     * Takes [messages], which came as [bytes], and returns at once. The list must not change afterwards.
     *
     * [received] frames of these [bytes] were charged when they were read, and are no longer from now on; 0 if the
     * messages did not come from the peer. [generation] is the link that they belong to.
     */
    fun offer(
        messages: List<M>,
        bytes: Long,
        received: Int = 0,
        generation: Long = 0,
    ) {
        val charged = if (messages.isEmpty()) 0 else bytes
        budget.adjust(messages.size - received, charged - if (received > 0) bytes else 0)
        if (messages.isEmpty()) return
        val batch = Batch(messages, bytes, generation)
        val isTaken = synchronized(lock) { !isFinishing && queue.add(batch) }
        if (isTaken) bell.ring() else drop(batch)
    }

    /** Lets [run] return after what was offered so far. What is offered from now on is dropped. */
    fun finish() {
        synchronized(lock) { isFinishing = true }
        bell.ring()
    }

    /** Delivers until [finish]; then, or when cancelled, ends [messages] for everyone. */
    suspend fun run() {
        try {
            while (true) {
                val batch = awaitFirst() ?: break
                for (message in batch.messages) handle(message, batch.generation)
                broadcast.send(batch.messages, batch.bytes)
                // Until here it stays in the queue, so that a cancellation leaves it to [abandon].
                synchronized(lock) { queue.removeFirst() }
                listener.onDelivered(batch.messages.size)
            }
        } finally {
            abandon()
        }
    }

    /** Drops what was not delivered and ends [messages]. Does nothing after [run] returned. */
    fun abandon() {
        val left =
            synchronized(lock) {
                isFinishing = true
                queue.toList().also { queue.clear() }
            }
        left.forEach(::drop)
        broadcast.close()
    }

    private fun drop(batch: Batch<M>) {
        budget.release(batch.messages.size, batch.bytes)
        listener.onUncollected(batch.messages.size)
    }

    /** The oldest batch; suspends until there is one. Null when there is none and none will come. */
    private suspend fun awaitFirst(): Batch<M>? {
        while (true) {
            // While batches keep waiting nothing below suspends, so nothing else would notice a cancellation.
            currentCoroutineContext().ensureActive()
            synchronized(lock) {
                val batch = queue.firstOrNull()
                if (batch != null || isFinishing) return batch
            }
            bell.await()
        }
    }

    // User code may throw anything, and whatever it throws costs it this one message.
    @Suppress("TooGenericExceptionCaught")
    private suspend fun handle(
        message: M,
        generation: Long,
    ) {
        try {
            endpoint.handleMessage(message)
        } catch (e: CancellationException) {
            // Ours ends the delivery. One that the handler met in its own work, a time limit for instance, does not.
            currentCoroutineContext().ensureActive()
            listener.onHandlerError(e, generation)
        } catch (e: Exception) {
            listener.onHandlerError(e, generation)
        }
    }

    companion object {
        const val DEFAULT_HELD_MESSAGES: Int = 1024

        /** How many reads a collector may be behind before its back-pressure reaches the handler. */
        private const val BUFFERED_LISTS = 64
    }
}
