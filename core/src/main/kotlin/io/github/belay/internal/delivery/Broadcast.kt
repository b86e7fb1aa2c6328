package io.github.belay.internal.delivery

import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * Hands elements to any number of collectors, a list at a time, so that a burst costs one hand-over however long it is.
 *
 * All collectors share one buffer of at most [capacity] lists. A list leaves it when the slowest collector is through
 * with it; [Listener.onReleased] tells. While nobody collects, the newest [maxHeldElements] are held for the next
 * collector, as far as they fit in [maxHeldBytes] (the newest list always does), and older ones are dropped. What the
 * last collector did not get to before it went is held in the same way.
 *
 * Safe from any thread, but one coroutine at a time may [send]. Lists are not copied: nobody changes one afterwards.
 */
internal class Broadcast<T : Any>(
    capacity: Int,
    maxHeldElements: Int = 0,
    maxHeldBytes: Long = Long.MAX_VALUE,
    private val listener: Listener = object : Listener {},
) {
    /** Hears what becomes of elements, on the thread that did it and with no lock held; quick and does not throw. */
    interface Listener {
        /** [elements] of [bytes] in all wait for no collector any more: they were collected, dropped, or are held. */
        fun onReleased(
            elements: Int,
            bytes: Long,
        ) {}

        /** [elements] were dropped while nobody collected. */
        fun onUncollected(elements: Int) {}
    }

    private val lock = Any()

    // Guarded by [lock].
    private var isSenderWaiting = false
    private val log = SharedLog<T>(capacity, maxHeldElements, maxHeldBytes)

    /** Rings when a sender that found no room should look again. */
    private val room = Channel<Unit>(Channel.CONFLATED)

    init {
        require(capacity >= 1) { "capacity must be >= 1 but was $capacity" }
        require(maxHeldElements >= 0) { "maxHeldElements must be >= 0 but was $maxHeldElements" }
        require(maxHeldBytes >= 0) { "maxHeldBytes must be >= 0 but was $maxHeldBytes" }
    }

    /** How many collect at this moment. */
    val collectors: Int get() = log.readers.size

    /** Elements that slow collectors lost to [trySendDroppingOldest]; one that two of them lost counts twice. */
    val overrun: Long get() = synchronized(lock) { log.overrun }

    /**
     * A hot flow: each collector gets, in order, everything that is sent while it collects, and the first one also what
     * was held. It completes when it has got everything that was sent before [close]; collected after that, at once.
     *
     * An element counts as collected when it is handed over, even if the collector ends, or is cancelled, in that moment.
     */
    fun flow(): Flow<T> =
        flow {
            val reader = change { it.join() } ?: return@flow
            val job = currentCoroutineContext()[Job]
            try {
                while (true) {
                    val list = awaitNext(reader) ?: break
                    while (reader.index < list.size) {
                        // emit would notice a cancellation too, but when the element was already counted as collected
                        job?.ensureActive()
                        emit(list[reader.index++])
                    }
                }
            } finally {
                change { it.leave(reader) }
            }
        }

    /**
     * Sends [list], which counts [bytes]; suspends while the buffer is full, that is while the slowest collector is
     * [capacity] lists behind. Never suspends while nobody collects. If cancelled, nothing of it was sent. After [close]
     * it is dropped as uncollected.
     */
    suspend fun send(
        list: List<T>,
        bytes: Long = 0,
    ) {
        while (!tryAppend(list, bytes)) room.receive()
        ringReaders()
    }

    /** Sends [list] at once: when the buffer is full, the collectors that are furthest behind lose the oldest lists. */
    fun trySendDroppingOldest(
        list: List<T>,
        bytes: Long = 0,
    ) {
        change {
            it.makeRoom()
            it.append(list, bytes)
        }
        ringReaders()
    }

    /** Ends the flow for everyone, after what was sent. What is held for nobody is dropped. Further calls do nothing. */
    fun close() {
        change { it.close() }
        ringReaders()
    }

    private fun tryAppend(
        list: List<T>,
        bytes: Long,
    ): Boolean =
        change {
            isSenderWaiting = it.isFull
            if (!isSenderWaiting) it.append(list, bytes)
            !isSenderWaiting
        }

    /** The next list for [reader]; suspends until there is one. Null at the end. */
    private suspend fun awaitNext(reader: SharedLog.Reader): List<T>? {
        while (true) {
            var hasEnded = false
            val list =
                change {
                    hasEnded = it.isClosed
                    it.next(reader)
                }
            if (list != null || hasEnded) return list
            reader.bell.receive()
        }
    }

    /** A reader that comes to wait after the lock was left has seen what was added under it. */
    private fun ringReaders() {
        for (reader in log.readers) if (reader.isWaiting) reader.bell.trySend(Unit)
    }

    /** Runs [block] under the lock and tells everyone concerned after leaving it. */
    private inline fun <R> change(block: (SharedLog<T>) -> R): R {
        val result: R
        val settled: SharedLog.Settled?
        val wakesSender: Boolean
        synchronized(lock) {
            result = block(log)
            settled = log.settle()
            wakesSender = isSenderWaiting && log.isWorthWaking
            if (wakesSender) isSenderWaiting = false
        }
        if (wakesSender) room.trySend(Unit)
        if (settled != null) tell(settled)
        return result
    }

    private fun tell(settled: SharedLog.Settled) {
        if (settled.released > 0) listener.onReleased(settled.released, settled.releasedBytes)
        if (settled.uncollected > 0) listener.onUncollected(settled.uncollected)
    }
}
