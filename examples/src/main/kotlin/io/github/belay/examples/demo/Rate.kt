package io.github.belay.examples.demo

import kotlin.time.Duration
import kotlin.time.DurationUnit
import kotlin.time.TimeMark

/** How much a growing total grew per second since the last look. For one coroutine. */
internal class Rate(
    private val clock: TimeMark,
) {
    private var lastTotal = 0L
    private var lastAt = Duration.ZERO

    fun of(total: Long): Long {
        val now = clock.elapsedNow()
        val seconds = (now - lastAt).toDouble(DurationUnit.SECONDS)
        val rate = if (seconds > 0) ((total - lastTotal) / seconds).toLong() else 0
        lastTotal = total
        lastAt = now
        return rate
    }
}
