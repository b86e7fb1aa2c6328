package io.github.belay.ktor.internal

import kotlinx.coroutines.CoroutineDispatcher
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Runs the coroutines of one link one at a time, in the order in which they became ready, on one of [threads] for as
 * long as any of them is ready.
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

    /** Steps in [ready] and the one that runs; who raises it from zero sends for a thread. */
    private val open = AtomicInteger()

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        ready += block
        if (open.getAndIncrement() == 0) threads.dispatch(EmptyCoroutineContext, ::work)
    }

    private fun work() {
        do {
            // Counted after it was added, so it is there.
            checkNotNull(ready.poll()).run()
        } while (open.decrementAndGet() > 0)
    }

    override fun toString(): String = "LinkTurns($threads)"
}
