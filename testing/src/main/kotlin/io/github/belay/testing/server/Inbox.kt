package io.github.belay.testing.server

import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.time.Duration

/** A bounded queue between threads that can end, and then says why. */
internal class Inbox<E : Any>(
    private val capacity: Int,
) {
    private val lock = ReentrantLock()
    private val changed = lock.newCondition()

    // Written and read under the lock.
    private val waiting = ArrayDeque<E>()
    private var endReason: String? = null

    /** Why nothing more will come; null while something may. */
    val ended: String? get() = lock.withLock { endReason }

    /** Blocks until there is room. False when the inbox has ended, and [element] is not in it. */
    fun put(element: E): Boolean =
        lock.withLock {
            while (waiting.size >= capacity && endReason == null) changed.await()
            if (endReason == null) waiting += element
            changed.signalAll()
            endReason == null
        }

    /** Blocks until there is an element; null after [time], or when the inbox has ended and is empty. */
    fun take(time: Duration): E? =
        lock.withLock {
            var nanos = time.inWholeNanoseconds
            while (waiting.isEmpty() && endReason == null && nanos > 0) nanos = changed.awaitNanos(nanos)
            changed.signalAll()
            waiting.removeFirstOrNull()
        }

    /** Lets nothing more in. The first [reason] stays. */
    fun end(reason: String) {
        lock.withLock {
            if (endReason == null) endReason = reason
            changed.signalAll()
        }
    }
}
