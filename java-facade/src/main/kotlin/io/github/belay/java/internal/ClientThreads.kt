package io.github.belay.java.internal

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asExecutor
import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.CoroutineContext

/**
 * Tells the threads that work for one client from all others, so that nobody waits on one of them for that client.
 *
 * A thread counts from the moment it takes up a task of one of these dispatchers until the task returns.
 */
internal class ClientThreads {
    /** True on a thread that is working for this client. */
    val isCurrent: Boolean get() = working.get() === this

    /**
     * Runs coroutines on [executor]. What that refuses, because it is full or was shut down before the client, runs on
     * the shared threads: an outcome that nobody could report would leave its caller waiting.
     */
    fun dispatcher(executor: Executor): CoroutineDispatcher = Marking(executor)

    /** Runs [block] as work for this client. */
    inline fun <T> marked(block: () -> T): T {
        val outer = working.get()
        working.set(this)
        try {
            return block()
        } finally {
            working.set(outer)
        }
    }

    private inner class Marking(
        private val executor: Executor,
    ) : CoroutineDispatcher() {
        @Suppress("SwallowedException") // The task is run all the same.
        override fun dispatch(
            context: CoroutineContext,
            block: Runnable,
        ) {
            val task = Runnable { marked(block::run) }
            try {
                executor.execute(task)
            } catch (refused: RejectedExecutionException) {
                spare.execute(task)
            }
        }
    }

    companion object {
        /** The client that a thread works for. */
        internal val working = ThreadLocal<ClientThreads?>()
        private val spare = Dispatchers.IO.asExecutor()
    }
}
