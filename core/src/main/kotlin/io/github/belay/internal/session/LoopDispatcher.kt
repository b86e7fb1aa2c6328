package io.github.belay.internal.session

import kotlinx.coroutines.CoroutineDispatcher
import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.CoroutineContext

/**
 * Runs coroutines on a transport's [loop], which has no timers; on [home] once the loop takes nothing any more, so that
 * whoever was cancelled can still finish.
 */
internal class LoopDispatcher(
    private val loop: Executor,
    private val home: CoroutineDispatcher,
) : CoroutineDispatcher() {
    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        try {
            loop.execute(block)
        } catch (_: RejectedExecutionException) {
            home.dispatch(context, block)
        }
    }

    override fun toString(): String = "LoopDispatcher($loop)"
}
