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
     * In microseconds; null before the first. Packed, for of all its values only a few ever occur on a connection: plain
     * counts took 16 KiB for each, half of what an idle connection weighed. To look for a percentile takes long (up to a
     * millisecond), so what was found is kept until the next ping.
     */
    private var histogram: PackedHistogram? = null

    private var p50 = NOT_LOOKED_FOR
    private var p99 = NOT_LOOKED_FOR

    /** What half of the round trips did not exceed, in microseconds; 0 without samples. */
    val p50Micros: Long get() = if (p50 == NOT_LOOKED_FOR) percentileMicros(P50).also { p50 = it } else p50

    /** What 99 of 100 round trips did not exceed, in microseconds; 0 without samples. */
    val p99Micros: Long get() = if (p99 == NOT_LOOKED_FOR) percentileMicros(P99).also { p99 = it } else p99

    val samples: Long get() = histogram?.totalCount ?: 0

    var clamped: Long = 0
        private set

    fun record(roundTrip: Duration) {
        if (roundTrip < SHORTEST || roundTrip > LONGEST) clamped++
        val known = histogram ?: PackedHistogram(DIGITS).also { histogram = it }
        known.recordValue(roundTrip.coerceIn(SHORTEST, LONGEST).inWholeMicroseconds)
        p50 = NOT_LOOKED_FOR
        p99 = NOT_LOOKED_FOR
    }

    private fun percentileMicros(percent: Double): Long =
        histogram?.getValueAtPercentile(percent)?.coerceAtMost(LONGEST.inWholeMicroseconds) ?: 0

    private companion object {
        const val DIGITS = 3
        const val P50 = 50.0
        const val P99 = 99.0
        const val NOT_LOOKED_FOR = -1L
        val SHORTEST = 1.microseconds
        val LONGEST = 60.seconds
    }
}
