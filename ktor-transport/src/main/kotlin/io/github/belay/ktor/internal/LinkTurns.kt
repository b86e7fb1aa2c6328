package io.github.belay.ktor.internal

import kotlinx.coroutines.CoroutineDispatcher
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Runs the coroutines of one link one at a time, in the order in which they became ready, on one of [threads] for as
 * long as any of them is ready. Ktor's reader comes [last].
 *
 * A view by `limitedParallelism(1)` goes to another thread after every sixteenth step, so that others get theirs. That
 * wakes a thread, which costs some 10 us: for small frames 1.1 M/s instead of 3.2.
 *
 * @param threads must have a thread to spare for each link, since a busy link keeps the one it has
 */
internal class LinkTurns(
    private val threads: CoroutineDispatcher,
) : CoroutineDispatcher() {
    private val ready = ConcurrentLinkedQueue<Runnable>()
    private val readyLast = ConcurrentLinkedQueue<Runnable>()

    /** Steps in both queues and the one that runs. Who raises it from zero sends for a thread. */
    private val steps = AtomicInteger()

    /** Where Ktor's reader of this link runs. */
    val last: ReaderTurns = ReaderTurns(this)

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ): Unit = add(ready, block)

    /** Runs [block] as soon as nothing else is ready. */
    fun dispatchLast(block: Runnable): Unit = add(readyLast, block)

    private fun add(
        queue: ConcurrentLinkedQueue<Runnable>,
        block: Runnable,
    ) {
        queue += block
        if (steps.getAndIncrement() == 0) threads.dispatch(EmptyCoroutineContext, ::work)
    }

    private fun work() {
        do {
            // Counted after it was added, so there is one.
            checkNotNull(ready.poll() ?: readyLast.poll()).run()
        } while (steps.decrementAndGet() > 0)
    }

    override fun toString(): String = "LinkTurns($threads)"
}
