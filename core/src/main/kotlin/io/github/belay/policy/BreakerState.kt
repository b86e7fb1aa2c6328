package io.github.belay.policy

/**
 * What a [WsCircuitBreaker] thinks of the server.
 *
 * ```
 *            failureThreshold failures in a row, trip
 *   Closed ───────────────────────────────────────────► Open ◄──┐
 *     ▲                                                  │      │ one failure, trip
 *     │ successThreshold successes,    the first attempt │      │
 *     │ reset                     asked for after expiry ▼      │
 *     └────────────────────────────────────────────── HalfOpen ─┘
 * ```
 * `reset` leads to Closed from Open as well.
 */
public enum class BreakerState {
    /** Every attempt is granted; failures in a row are counted. */
    Closed,

    /** Every attempt is refused until the open time is over. */
    Open,

    /** A few attempts at a time are granted as probes; their results decide. */
    HalfOpen,
}

/** Hears of every change of a [WsCircuitBreaker]'s state. */
public fun interface BreakerStateListener {
    /**
     * The state went from [from] to [to], which are never the same.
     *
     * Called on the thread whose call caused the change, after the change and without any lock, so the breaker may be
     * asked from here. Changes caused by different threads may arrive in either order. What it throws is counted in
     * [WsCircuitBreakerStats.listenerErrors] and goes no further.
     */
    public fun onStateChange(
        from: BreakerState,
        to: BreakerState,
    )
}
