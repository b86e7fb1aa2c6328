package io.github.belay.internal.session

import kotlin.time.Duration
import kotlin.time.TimeSource

/** Time since a connection was made; the only clock that its parts read. */
internal class Clock(
    timeSource: TimeSource,
) {
    private val origin = timeSource.markNow()

    fun now(): Duration = origin.elapsedNow()
}
