package io.github.belay.testing.contract

import io.github.belay.transport.WsFlushListener
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** A flush listener that counts how often it is told, and lets a test wait for it. Safe from any thread. */
public class FlushProbe(
    private val patience: Duration = 10.seconds,
) : WsFlushListener {
    private val lock = ReentrantLock()
    private val told = lock.newCondition()
    private var calls = 0
    private var failure: Throwable? = null

    /** How often it was told. */
    public val timesHeard: Int get() = lock.withLock { calls }

    override fun onFlushed(failure: Throwable?) {
        lock.withLock {
            calls++
            this.failure = failure
            told.signalAll()
        }
    }

    /** Blocks until the flush has ended; throws [AssertionError] unless it succeeded. */
    public fun awaitSuccess() {
        val failed = awaitEnd()
        if (failed != null) throw AssertionError("the flush must succeed but failed", failed)
    }

    /** Blocks until the flush has ended; throws [AssertionError] if it succeeded. */
    public fun awaitFailure(): Throwable = awaitEnd() ?: throw AssertionError("the flush must fail but succeeded")

    /** Blocks for [time] or until the flush has ended; true if it has. */
    public fun endsWithin(time: Duration): Boolean =
        lock.withLock {
            var nanos = time.inWholeNanoseconds
            while (calls == 0 && nanos > 0) nanos = told.awaitNanos(nanos)
            calls > 0
        }

    private fun awaitEnd(): Throwable? {
        if (!endsWithin(patience)) throw AssertionError("waited $patience for a flush to end")
        return lock.withLock { failure }
    }
}
