package io.github.belay.lifecycle

import io.github.belay.frame.forLog
import kotlin.time.Duration

/**
 * What happened to a connection, in the order in which it happened. [toString] is fit for a log.
 *
 * On one reconnect: [Disconnected], [Connecting] for each attempt, [Opened], [Ready].
 */
public sealed class WsLifecycleEvent {
    /** An attempt begins. */
    public class Connecting(
        /** Number of the link to be; grows by one with each attempt. */
        public val generation: Long,
        /** 1 for the first attempt since the connection was last stable. */
        public val attempt: Int,
    ) : WsLifecycleEvent() {
        override fun toString(): String = "Connecting(generation=$generation, attempt=$attempt)"
    }

    /** The handshake is done; authentication and replay follow. */
    public class Opened(
        /** Number of the link. */
        public val generation: Long,
        /** True if an earlier link of this connection had opened. */
        public val isReconnect: Boolean,
        /** The subprotocol that the server chose; null for none. */
        public val subprotocol: String?,
    ) : WsLifecycleEvent() {
        override fun toString(): String = "Opened(generation=$generation, isReconnect=$isReconnect)"
    }

    /** Authenticated where asked, replayed, and open for application writes. */
    public class Ready(
        /** Number of the link. */
        public val generation: Long,
    ) : WsLifecycleEvent() {
        override fun toString(): String = "Ready(generation=$generation)"
    }

    /** The server refused subscriptions, or did not answer in time; the link goes on, unless its settings say otherwise. */
    public class SubscriptionFailed(
        /** The keys; empty where a manager of one's own named none. */
        public val keys: List<String>,
        /** The server's words, not escaped; or what else went wrong. */
        public val text: String,
        /** True if it refused: the keys are not asked for again until somebody adds them anew. False if it was silent. */
        public val isRejected: Boolean,
    ) : WsLifecycleEvent() {
        override fun toString(): String =
            "SubscriptionFailed(keys=${keys.size}, isRejected=$isRejected, text=${text.forLog()})"
    }

    /**
     * Round trips of pings have come to take too long, as a latency policy has it that only reports. Told once until they
     * have been within the threshold again.
     */
    public class HighLatency(
        /** Number of the link. */
        public val generation: Long,
        /** What was measured. */
        public val percentile: WsPercentile,
        /** The round trip that [percentile] of them did not exceed, in microseconds. */
        public val observedMicros: Long,
        /** What it was to stay at or below, in microseconds. */
        public val thresholdMicros: Long,
        /** Round trips that this was measured over. */
        public val samples: Int,
    ) : WsLifecycleEvent() {
        override fun toString(): String =
            "HighLatency(generation=$generation, $percentile=${observedMicros}us, threshold=${thresholdMicros}us)"
    }

    /** A link ended, or an attempt failed. Nothing of this generation comes afterwards. */
    public class Disconnected(
        /** Number of the link. */
        public val generation: Long,
        /** Why. */
        public val cause: WsDisconnectCause,
        /** How long until the next attempt; null when there will be none. */
        public val retryIn: Duration?,
        /** True if this link had been open. False for an attempt that failed. */
        public val wasOpen: Boolean,
    ) : WsLifecycleEvent() {
        /** True if another attempt is due. */
        public val willReconnect: Boolean get() = retryIn != null

        /** [retryIn] in milliseconds, or -1. */
        public val retryInMillis: Long get() = retryIn?.inWholeMilliseconds ?: -1

        override fun toString(): String = "Disconnected(generation=$generation, cause=$cause, retryIn=$retryIn)"
    }

    /** The circuit breaker refused an attempt; the next try is due when it lets one through. */
    public class Refused(
        /** How long the breaker stays open. */
        public val retryIn: Duration,
    ) : WsLifecycleEvent() {
        /** [retryIn] in milliseconds. */
        public val retryInMillis: Long get() = retryIn.inWholeMilliseconds

        override fun toString(): String = "Refused(retryIn=$retryIn)"
    }

    /** The connection gave up and stays down until the next connect. */
    public class GaveUp(
        /** Why. */
        public val reason: WsGiveUpReason,
        /** Attempts that failed in a row. */
        public val attempts: Int,
        /** What ended the last one. */
        public val lastCause: WsDisconnectCause,
    ) : WsLifecycleEvent() {
        override fun toString(): String = "GaveUp(reason=$reason, attempts=$attempts, lastCause=$lastCause)"
    }

    /** Ended for good; the last event. */
    public class Closed(
        /** Why. */
        public val cause: WsDisconnectCause,
    ) : WsLifecycleEvent() {
        override fun toString(): String = "Closed(cause=$cause)"
    }
}

/** Why a connection stopped trying. */
public enum class WsGiveUpReason {
    /** The endpoint classified the cause as [WsDisconnectAction.ABORT]. */
    ABORTED,

    /** The reconnect strategy does not allow a retry at all. */
    RETRY_SUPPRESSED,

    /** The strategy's attempts or time are used up. */
    EXHAUSTED,
}
