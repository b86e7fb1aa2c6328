package io.github.belay.internal.actor

import org.HdrHistogram.IntCountsHistogram
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Round-trip times of pings, from 1 microsecond to 60 seconds, to 3 digits. What lies outside counts as the bound, and is
 * counted as clamped. Not thread-safe.
 */
internal class RoundTrips {
    /** In microseconds. It grows with the longest time seen: a connection with usual times takes a quarter of the full range. */
    private val histogram = IntCountsHistogram(DIGITS)

    val samples: Long get() = histogram.totalCount

    var clamped: Long = 0
        private set

    fun record(roundTrip: Duration) {
        if (roundTrip < SHORTEST || roundTrip > LONGEST) clamped++
        histogram.recordValue(roundTrip.coerceIn(SHORTEST, LONGEST).inWholeMicroseconds)
    }

    /** What [percent] of the round trips did not exceed, in microseconds; 0 without samples. */
    fun percentileMicros(percent: Double): Long =
        histogram.getValueAtPercentile(percent).coerceAtMost(LONGEST.inWholeMicroseconds)

    private companion object {
        const val DIGITS = 3
        val SHORTEST = 1.microseconds
        val LONGEST = 60.seconds
    }
}
