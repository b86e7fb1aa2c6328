package io.github.belay.policy

import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Reconnect strategies with values that have proved themselves, named by the situation they are made for. */
public object ReconnectPresets {
    /**
     * One connection that matters: 1 s growing by half to 30 s, spread over the upper half of each delay, without
     * limit.
     */
    @JvmStatic
    public fun singleConnection(): ExponentialBackoff =
        ExponentialBackoff(base = 1.seconds, max = 30.seconds, factor = 1.5, jitter = Jitter.Equal)

    /**
     * Many connections to one server: 100 ms doubling to 30 s, spread over the whole of each delay, without limit.
     *
     * The early start hides a short interruption; the full spread keeps a returning server from being stormed.
     */
    @JvmStatic
    public fun manyConnections(): ExponentialBackoff =
        ExponentialBackoff(base = 100.milliseconds, max = 30.seconds, factor = 2.0, jitter = Jitter.Full)

    /** A caller who would rather know soon: every 2 s, five retries in an outage, then it is given up. */
    @JvmStatic
    public fun fiveTries(): ConstantBackoff = ConstantBackoff(delay = 2.seconds, jitter = Jitter.None, maxAttempts = 5)
}
