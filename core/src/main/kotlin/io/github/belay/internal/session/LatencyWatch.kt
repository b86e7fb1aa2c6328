package io.github.belay.internal.session

import io.github.belay.policy.WsLatencyPolicy
import kotlin.time.Duration

/**
 * The last round trips of one link under a [policy]. Decides; ends nothing and reads no clock. Not thread-safe: the reader
 * brings all samples.
 */
internal class LatencyWatch(
    private val policy: WsLatencyPolicy,
) {
    /** In microseconds, in a circle. Empty until the first sample, for most links of many are idle. */
    private var window = NO_SAMPLES
    private var samples = 0
    private var next = 0
    private var streak = 0

    /** [roundTrip] was measured. What the percentile shows, if that is too much once too often; null if not. */
    fun sample(roundTrip: Duration): Breach? {
        record(roundTrip)
        if (samples < policy.minSamples) return null
        val observed = observedMicros()
        streak = if (observed > policy.threshold.inWholeMicroseconds) streak + 1 else 0
        // Told once until a look was good again.
        return if (streak == policy.consecutiveBreaches) Breach(observed, samples) else null
    }

    private fun record(roundTrip: Duration) {
        if (window.isEmpty()) window = LongArray(policy.window)
        window[next] = roundTrip.inWholeMicroseconds
        next = (next + 1) % window.size
        if (samples < window.size) samples++
    }

    /** The least value that as many as asked for do not exceed. */
    private fun observedMicros(): Long {
        val sorted = window.copyOf(samples)
        sorted.sort()
        val rank = (samples * policy.percentile.percent + PERCENT - 1) / PERCENT
        return sorted[rank - 1]
    }

    /** What was found. */
    class Breach(
        val observedMicros: Long,
        val samples: Int,
    )

    private companion object {
        const val PERCENT = 100
        val NO_SAMPLES = LongArray(0)
    }
}
