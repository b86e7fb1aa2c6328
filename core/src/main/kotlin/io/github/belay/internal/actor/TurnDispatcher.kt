package io.github.belay.internal.actor

import io.github.belay.internal.session.LoopDispatcher
import kotlinx.coroutines.CoroutineDispatcher
import java.util.concurrent.Executor
import kotlin.coroutines.CoroutineContext

/**
 * Where the owner's turns run: on the loop of the current link if that has one, for there the bytes arrive and leave, and
 * a hop to another thread costs 15 us when that sleeps; else on [home]. There is only one turn at a time, wherever it runs.
 */
internal class TurnDispatcher(
    private val home: CoroutineDispatcher,
) : CoroutineDispatcher() {
    /** Written by the owner, read by whoever gives it work. */
    @Volatile
    private var place: CoroutineDispatcher = home

    /** From the next dispatch on, turns run on [loop], or at home if it is null. */
    fun moveTo(loop: Executor?) {
        place = if (loop == null) home else LoopDispatcher(loop, home)
    }

    override fun isDispatchNeeded(context: CoroutineContext): Boolean = place.isDispatchNeeded(context)

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) = place.dispatch(context, block)

    override fun toString(): String = "TurnDispatcher($place)"
}
