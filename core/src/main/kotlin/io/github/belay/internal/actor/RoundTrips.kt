package io.github.belay.internal.actor

import org.HdrHistogram.PackedHistogram
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Round-trip times of pings, from 1 microsecond to 60 seconds, to 3 digits. What lies outside counts as the bound, and is
 * counted as clamped. Not thread-safe.
 */
internal class RoundTrips {
    /**
     * In microseconds. Packed, for of all its values only a few ever occur on a connection: plain counts took 16 KiB for each,
     * half of what an idle connection weighed. To record takes longer, but pings are rare.
     */
    private val histogram = PackedHistogram(DIGITS)

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
