package io.github.belay.internal.delivery

import kotlinx.coroutines.channels.Channel

/**
 * The buffer behind a [Broadcast]: one row of lists that all readers share, each reading at its own place.
 *
 * A list is let go when the slowest reader is through with it. While nobody reads, the newest elements are held for the
 * next reader and cost the sender nothing. Not thread-safe: the broadcast's lock guards every function. What a function
 * lets go adds up until [settle] fetches it, because nobody is told while the lock is held.
 */
internal class SharedLog<T : Any>(
    private val capacity: Int,
    private val maxHeldElements: Int,
    private val maxHeldBytes: Long,
) {
    /** What was let go since the last [settle]. */
    class Settled(
        /** Elements that no longer count against whoever sent them, and their bytes. */
        val released: Int,
        val releasedBytes: Long,
        /** Elements that were dropped while nobody read. */
        val uncollected: Int,
    )

    /** One collector's place. */
    class Reader(
        /** Number of the list that it reads, or will read next. */
        var position: Long,
        /** The next element of that list. Moved without the lock, by the collector, while it has the list in hand. */
        var index: Int,
    ) {
        /** True while the collector goes through the list at [position]. */
        var hasListInHand: Boolean = false

        /** True from when it found nothing until it looks again; it wants to be rung then. Written under the lock. */
        @Volatile
        var isWaiting: Boolean = false

        /** Rings when there is something new, or the end. */
        val bell: Channel<Unit> = Channel(Channel.CONFLATED)
    }

    private class Entry<T>(
        val list: List<T>,
        val bytes: Long,
    ) {
        var isReleased = false
    }

    private val entries = ArrayDeque<Entry<T>>()

    /** Number of the first list in [entries]. */
    private var first = 0L

    /** Elements of the first list that the next reader does not get. Kept up to date only while nobody reads. */
    private var skipped = 0

    // Of all [entries].
    private var elements = 0
    private var bytes = 0L

    // Since the last [settle].
    private var released = 0
    private var releasedBytes = 0L
    private var uncollected = 0

    /** Everyone who reads. Replaced under the lock and never changed, so that it can be walked without it. */
    @Volatile
    var readers: List<Reader> = emptyList()
        private set

    var isClosed: Boolean = false
        private set

    /** Elements that readers lost to [makeRoom]; one that two readers lost counts twice. */
    var overrun: Long = 0
        private set

    /** Whether a sender has to wait. Never while nobody reads. */
    val isFull: Boolean get() = readers.isNotEmpty() && !isClosed && entries.size >= capacity

    /** Whether it is worth waking a sender that found the log full: it can add several lists for one awakening. */
    val isWorthWaking: Boolean get() = readers.isEmpty() || isClosed || entries.size <= capacity / 2

    fun append(
        list: List<T>,
        listBytes: Long,
    ) {
        val entry = Entry(list, listBytes)
        if (isClosed) {
            uncollected += list.size
            return release(entry)
        }
        entries.addLast(entry)
        elements += list.size
        bytes += listBytes
        if (readers.isEmpty()) {
            release(entry)
            trimHeld()
        }
    }

    /** Drops the oldest lists until one more fits. */
    fun makeRoom() {
        while (isFull) {
            val size = entries.first().list.size
            for (reader in readers) {
                when {
                    reader.position < first -> overrun += size
                    reader.position == first && !reader.hasListInHand -> overrun += size - reader.index
                }
            }
            removeFirst()
        }
    }

    /** A new reader: the first gets what was held, any other what comes from now on. Null after the end. */
    fun join(): Reader? {
        if (isClosed) return null
        val reader = if (readers.isEmpty()) Reader(first, skipped) else Reader(first + entries.size, index = 0)
        readers = readers + reader
        return reader
    }

    /** Lets go of the list that [reader] has in hand, if any, and hands it the next; null when there is none yet. */
    fun next(reader: Reader): List<T>? {
        if (reader.hasListInHand) reader.moveTo(reader.position + 1)
        if (reader.position < first) reader.moveTo(first)
        trimRead()
        val entry = entries.getOrNull((reader.position - first).toInt())
        reader.isWaiting = entry == null
        reader.hasListInHand = entry != null
        return entry?.list
    }

    /** Forgets [reader]. What the last one did not get to is held for the next. */
    fun leave(reader: Reader) {
        readers = readers - reader
        if (readers.isNotEmpty()) return trimRead()
        while (first < reader.position) removeFirst()
        if (first == reader.position) skipped = reader.index
        entries.forEach(::release)
        if (isClosed) dropHeld() else trimHeld()
    }

    /** Nothing comes any more. Readers still get what is there; while nobody reads it is dropped. */
    fun close() {
        isClosed = true
        if (readers.isEmpty()) dropHeld()
    }

    /** What was let go since the last call; null for nothing. */
    fun settle(): Settled? {
        if (released == 0 && uncollected == 0) return null
        val settled = Settled(released, releasedBytes, uncollected)
        released = 0
        releasedBytes = 0
        uncollected = 0
        return settled
    }

    private fun Reader.moveTo(list: Long) {
        position = list
        index = 0
        hasListInHand = false
    }

    private fun trimRead() {
        val slowest = readers.minOf { it.position }
        while (first < slowest) removeFirst()
    }

    private fun trimHeld() {
        while (entries.isNotEmpty()) {
            val left = entries.first().list.size - skipped
            val excess = elements - skipped - maxHeldElements
            // A list of its own may exceed the bytes: it came in one read, which bounds it.
            val isTooLarge = bytes > maxHeldBytes && entries.size > 1
            when {
                left == 0 || excess >= left || isTooLarge -> dropFirstHeld(left)
                excess > 0 -> skipHeld(excess)
                else -> return
            }
        }
    }

    private fun dropHeld() {
        while (entries.isNotEmpty()) dropFirstHeld(left = entries.first().list.size - skipped)
    }

    private fun dropFirstHeld(left: Int) {
        uncollected += left
        removeFirst()
    }

    private fun skipHeld(count: Int) {
        uncollected += count
        skipped += count
    }

    private fun removeFirst() {
        val entry = entries.removeFirst()
        first++
        skipped = 0
        elements -= entry.list.size
        bytes -= entry.bytes
        release(entry)
    }

    private fun release(entry: Entry<T>) {
        if (entry.isReleased) return
        entry.isReleased = true
        released += entry.list.size
        releasedBytes += entry.bytes
    }
}
