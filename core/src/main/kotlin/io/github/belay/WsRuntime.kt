package io.github.belay

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import java.security.SecureRandom
import java.time.InstantSource
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.random.Random
import kotlin.time.TimeSource

/**
 * Where a connection gets its time, its randomness and its threads from. The defaults suit programs; tests put a
 * virtual clock and a seed here and run a day in seconds.
 */
public class WsRuntime(
    /** Parent of the connection: cancelling its job ends the connection and all that belongs to it. */
    public val parent: CoroutineContext = EmptyCoroutineContext,
    /**
     * Runs the connection's owner and, on its turn, the endpoint's protocol functions; for what a reader brings, and while a
     * link of a transport with a loop is open, those are the transport's threads.
     */
    public val actor: CoroutineDispatcher = Dispatchers.Default,
    /** Runs the writer. A view of its own on the shared threads, so that a hand-over wakes no other pool. */
    public val writer: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(WRITER_PARALLELISM, "ws-writer"),
    /** Runs `handleMessage` and hands messages to collectors. */
    public val delivery: CoroutineDispatcher = Dispatchers.Default,
    /** Monotonic time. All timers of the connection run on the dispatchers' own delays, which must agree with it. */
    public val timeSource: TimeSource = TimeSource.Monotonic,
    /** Draws jitter. */
    public val random: Random = Random(SecureRandom().nextLong()),
    /** What time it is, for the age of data alone: nothing waits by it. */
    public val wallClock: InstantSource = InstantSource.system(),
) {
    private companion object {
        const val WRITER_PARALLELISM = 64
    }
}
