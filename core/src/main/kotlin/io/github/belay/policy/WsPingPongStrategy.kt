package io.github.belay.policy

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

/** How a connection finds out that its peer is gone although nothing says so. Not for implementation yet. */
public sealed interface WsPingPongStrategy

/**
 * Pings of the protocol itself (RFC 6455 section 5.5.2), the first as soon as the link is ready. Each carries a payload
 * of its own, and only the pong that repeats it counts.
 *
 * The link ends when the **oldest** unanswered ping is [timeout] old, whatever the interval; later pings do not renew
 * it. While reading is held back by a slow consumer the clock stands still.
 */
public class ProtocolPingPong(
    /** From one ping to the next. Default 20 s. */
    public val interval: Duration = 20.seconds,
    /** How long a pong may take. Default 10 s. */
    public val timeout: Duration = 10.seconds,
) : WsPingPongStrategy {
    /** For Java. */
    public constructor(interval: java.time.Duration, timeout: java.time.Duration) :
        this(interval.toKotlinDuration(), timeout.toKotlinDuration())

    init {
        require(interval > Duration.ZERO && interval.isFinite()) { "interval must be > 0 and finite but was $interval" }
        require(timeout > Duration.ZERO && timeout.isFinite()) { "timeout must be > 0 and finite but was $timeout" }
    }

    override fun toString(): String = "ProtocolPingPong(interval=$interval, timeout=$timeout)"
}

/** Sends no pings; the peer's pings are answered all the same. */
public object NoPingPong : WsPingPongStrategy {
    override fun toString(): String = "NoPingPong"
}
