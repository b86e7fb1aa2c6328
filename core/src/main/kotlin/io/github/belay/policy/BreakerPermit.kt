package io.github.belay.policy

import kotlin.time.Duration

/** The answer of [WsCircuitBreaker.tryAcquire] to one connection attempt. */
public sealed interface BreakerPermit {
    /**
     * The attempt may be made.
     *
     * Its end is to be told once, with [WsCircuitBreaker.onSuccess], [WsCircuitBreaker.onFailure] or
     * [WsCircuitBreaker.onNeutral]; whatever is told of the same permit afterwards changes nothing, so two causes for
     * one loss count as one failure.
     */
    public class Granted internal constructor(
        /** The period of the breaker in which the attempt began, compared by identity. */
        internal val period: Any,
        /** On the breaker's clock. */
        internal val grantedAt: Duration,
    ) : BreakerPermit {
        /** Whether the end was told. Read and written under the breaker's lock. */
        internal var settled: Boolean = false
    }

    /**
     * The attempt must not be made now.
     *
     * @property retryAfter how long to wait before asking again: always positive, whole milliseconds. An open breaker
     *   grants an attempt once this time is over. While all probes of a half-open breaker are out, one of them may end
     *   earlier than this, which a [BreakerStateListener] hears of if it decides the matter.
     */
    public class Refused internal constructor(
        public val retryAfter: Duration,
    ) : BreakerPermit {
        /** [retryAfter] in milliseconds, the form that Java can read; at least 1. */
        public val retryAfterMillis: Long get() = retryAfter.inWholeMilliseconds
    }
}
