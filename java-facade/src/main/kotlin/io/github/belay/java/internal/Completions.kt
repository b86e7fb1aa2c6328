package io.github.belay.java.internal

import kotlinx.coroutines.CoroutineDispatcher
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Runs what completes futures on the user's threads: many in one task, since a task for each would cost more than all the
 * rest of a message.
 *
 * What a callback does is the user's business, and it may wait for another future: so while one runs and more wait, another
 * task is on its way for those, if the threads have room for it. With one thread all run in order. Safe from any thread.
 */
internal class Completions(
    private val threads: CoroutineDispatcher,
) {
    private val lock = Any()

    // Guarded by [lock].
    private val waiting = ArrayDeque<Runnable>()

    /** A task is on its way that has taken nothing yet. */
    private var isTaskComing = false

    /** Runs [completion] on the user's threads, soon; within this call only if they are the caller's own. */
    fun add(completion: Runnable) {
        val isFirst =
            synchronized(lock) {
                waiting.addLast(completion)
                !isTaskComing.also { isTaskComing = true }
            }
        if (isFirst) threads.dispatch(EmptyCoroutineContext) { runAll() }
    }

    private fun runAll() {
        synchronized(lock) { isTaskComing = false }
        while (true) {
            var needsAnother = false
            val next =
                synchronized(lock) {
                    val first = waiting.removeFirstOrNull() ?: return
                    needsAnother = waiting.isNotEmpty() && !isTaskComing
                    if (needsAnother) isTaskComing = true
                    first
                }
            if (needsAnother) callAnother()
            next.run()
        }
    }

    private fun callAnother() {
        val caller = Thread.currentThread()
        var isHandedOver = false
        threads.dispatch(EmptyCoroutineContext) {
            // An executor that runs it there and then has no room for another: tasks would pile up on its stack.
            if (isHandedOver ||
                Thread.currentThread() !== caller
            ) {
                runAll()
            } else {
                synchronized(lock) { isTaskComing = false }
            }
        }
        isHandedOver = true
    }
}
