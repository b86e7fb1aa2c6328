package io.github.belay.testing.connection

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Delay
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.test.TestDispatcher
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration

/** Runs everything on [home], but [lateness] too late; for an owner that others keep waiting. */
@OptIn(InternalCoroutinesApi::class)
internal class LateDispatcher(
    private val home: TestDispatcher,
    private val lateness: Duration,
) : CoroutineDispatcher(),
    Delay by (home as Delay) {
    override fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        (home as Delay).invokeOnTimeout(lateness.inWholeMilliseconds, block, context)
    }
}
