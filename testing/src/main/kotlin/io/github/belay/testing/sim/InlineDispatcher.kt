package io.github.belay.testing.sim

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Runnable
import kotlin.coroutines.CoroutineContext

/** Resumes a coroutine within the call that woke it, so that a collector misses no value of a state. */
internal object InlineDispatcher : CoroutineDispatcher() {
    override fun isDispatchNeeded(context: CoroutineContext): Boolean = false

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        error("nothing is to be dispatched")
    }
}
