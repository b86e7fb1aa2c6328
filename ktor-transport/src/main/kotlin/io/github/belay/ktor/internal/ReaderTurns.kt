package io.github.belay.ktor.internal

import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.isActive
import kotlin.coroutines.CoroutineContext

/**
 * Where Ktor's reader of one link runs: behind everything else that the link has to do, and not while reading is off.
 *
 * In one step it fills its queue and waits. When it takes the next, all that has been handed over, or reading is off and it
 * does not: so what waits in memory is one queue of frames and one frame, though Ktor has two queues.
 */
internal class ReaderTurns(
    private val turns: LinkTurns,
) : CoroutineDispatcher() {
    @Volatile
    private var isReading = true

    /** Whose completion lets a step go on that came while reading was off. Written on the link's thread. */
    @Volatile
    private var held: CompletableJob? = null

    /** Safe from any thread. */
    fun setReading(enabled: Boolean) {
        isReading = enabled
        if (enabled) held?.complete()
    }

    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ): Unit = turns.dispatchLast { if (isReading || !context.isActive) block.run() else hold(context, block) }

    private fun hold(
        context: CoroutineContext,
        block: Runnable,
    ) {
        // A child: cancelled with the reader, which then has to run in order to end.
        val start = Job(parent = context[Job])
        held = start
        start.invokeOnCompletion { dispatch(context, block) }
        // It may have been turned on before there was something to let go on.
        if (isReading) start.complete()
    }
}
