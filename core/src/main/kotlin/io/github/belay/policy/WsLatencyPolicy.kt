package io.github.belay.policy

import io.github.belay.lifecycle.WsPercentile
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** What a latency policy does when round trips take too long. */
public enum class WsLatencyAction {
    /** The lifecycle event `HighLatency`, once until they have been within the threshold again. */
    REPORT,

    /** The link ends with the cause `HighLatency`, and the endpoint classifies that. */
    RECONNECT,
}

/**
 * When the round trips of a link's pings take too long, over a sliding window of the last ones.
 *
 * Looked at with each new round trip and never without one: [percentile] of the last [window] of them, if there are
 * [minSamples] at least, lies above [threshold] [consecutiveBreaches] times in a row. Each link starts afresh. Without
 * pings there is nothing to look at.
 */
public class WsLatencyPolicy(
    /** What may be reached, but not exceeded. */
    public val threshold: Duration,
    /** What is compared with it. Default the 99th percentile. */
    public val percentile: WsPercentile = WsPercentile.P99,
    /** Round trips before which nothing is said, at least 1 and at most [window]. Default 10. */
    public val minSamples: Int = DEFAULT_MIN_SAMPLES,
    /** Looks in a row that find it exceeded, at least 1. Default 3. */
    public val consecutiveBreaches: Int = DEFAULT_BREACHES,
    /** How many of the last round trips are looked at, 1 to 10000. Default 100. */
    public val window: Int = DEFAULT_WINDOW,
    /** What follows. Default a new link. */
    public val action: WsLatencyAction = WsLatencyAction.RECONNECT,
) {
    /** For Java: with the default window, and a new link as what follows. */
    public constructor(
        threshold: java.time.Duration,
        percentile: WsPercentile,
        minSamples: Int,
        consecutiveBreaches: Int,
    ) : this(threshold.toKotlinDuration(), percentile, minSamples, consecutiveBreaches)

    /** For Java. */
    public constructor(
        threshold: java.time.Duration,
        percentile: WsPercentile,
        minSamples: Int,
        consecutiveBreaches: Int,
        window: Int,
        action: WsLatencyAction,
    ) : this(threshold.toKotlinDuration(), percentile, minSamples, consecutiveBreaches, window, action)

    init {
        require(threshold > Duration.ZERO && threshold.isFinite()) {
            "threshold must be > 0 and finite but was $threshold"
        }
        require(window in 1..MAX_WINDOW) { "window must be in 1..$MAX_WINDOW but was $window" }
        require(minSamples in 1..window) { "minSamples must be in 1..$window, the window, but was $minSamples" }
        require(consecutiveBreaches >= 1) { "consecutiveBreaches must be >= 1 but was $consecutiveBreaches" }
    }

    override fun toString(): String =
        "WsLatencyPolicy($percentile > $threshold, minSamples=$minSamples, consecutiveBreaches=$consecutiveBreaches, " +
            "window=$window, action=$action)"

    private companion object {
        const val DEFAULT_MIN_SAMPLES = 10
        const val DEFAULT_BREACHES = 3
        const val DEFAULT_WINDOW = 100
        const val MAX_WINDOW = 10_000
    }
}
