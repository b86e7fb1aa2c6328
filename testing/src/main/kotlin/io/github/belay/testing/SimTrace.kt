package io.github.belay.testing

import kotlin.time.Duration

/** Hears of every task that a [SimDispatcher] runs, just before it runs. Two runs with one seed hear the same. */
public fun interface SimTrace {
    /** Task number [step], counted from 1, runs at virtual time [at] in [coroutine], "" when that has no name. */
    public fun onStep(
        step: Long,
        at: Duration,
        coroutine: String,
    )
}
