package io.github.belay.request

import io.github.belay.frame.WsFrame
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.toKotlinDuration

/** When a request counts as answered. */
public enum class WsConfirmMode {
    /** As soon as its frame was flushed, as [io.github.belay.outbound.TellOutcome.Done] says it of a message. */
    SENT,

    /** When the endpoint recognised the answer. */
    CONFIRMED,
}

/**
 * A frame whose sender waits for the outcome.
 *
 * Two requests with one [id] in flight are the same request if their [fingerprint] is the same too: the second one
 * joins the first and nothing is sent again. The fingerprint is a stable hash of what the request means; by default of
 * the payload.
 */
public class WsDelegatedRequest private constructor(
    /** What the answer will carry. */
    public val id: Long,
    /** The caller's fingerprint; null for that of the payload. */
    private val given: Long?,
    /** The message to send. */
    public val frame: WsFrame,
    /** When it counts as answered. */
    public val mode: WsConfirmMode,
    /** Limit for the whole, from submission to outcome. */
    public val timeout: Duration,
) {
    init {
        require(!frame.kind.isControl) { "frame must be TEXT or BINARY but was ${frame.kind}" }
        require(timeout > Duration.ZERO && timeout.isFinite()) { "timeout must be > 0 and finite but was $timeout" }
    }

    /** Hash of the meaning. That of a payload is worked out each time that it is asked for, which takes 1 ns for each byte. */
    public val fingerprint: Long get() = given ?: fnv1a64(frame)

    /** [timeout] in milliseconds. */
    public val timeoutMillis: Long get() = timeout.inWholeMilliseconds

    /** The same request with a [fingerprint] of the caller's. */
    public fun withFingerprint(fingerprint: Long): WsDelegatedRequest =
        WsDelegatedRequest(id, fingerprint, frame, mode, timeout)

    override fun toString(): String = "WsDelegatedRequest(id=$id, mode=$mode, frame=$frame, timeout=$timeout)"

    /** Makes requests. */
    public companion object {
        /** A request that is done when its frame was flushed. */
        public fun sent(
            id: Long,
            frame: WsFrame,
            timeout: Duration,
        ): WsDelegatedRequest = WsDelegatedRequest(id, given = null, frame, WsConfirmMode.SENT, timeout)

        /** A request that is done when the endpoint recognised its answer. */
        public fun confirmed(
            id: Long,
            frame: WsFrame,
            timeout: Duration,
        ): WsDelegatedRequest = WsDelegatedRequest(id, given = null, frame, WsConfirmMode.CONFIRMED, timeout)

        /** [sent] for Java. */
        @JvmStatic
        public fun sent(
            id: Long,
            frame: WsFrame,
            timeout: java.time.Duration,
        ): WsDelegatedRequest = sent(id, frame, timeout.toKotlinDuration())

        /** [confirmed] for Java. */
        @JvmStatic
        public fun confirmed(
            id: Long,
            frame: WsFrame,
            timeout: java.time.Duration,
        ): WsDelegatedRequest = confirmed(id, frame, timeout.toKotlinDuration())

        /** FNV-1a, 64 bits, over the payload. */
        private fun fnv1a64(frame: WsFrame): Long {
            val payload = frame.payload
            var hash = FNV_OFFSET
            for (index in 0 until payload.size) {
                hash = (hash xor (payload[index].toLong() and BYTE_MASK)) * FNV_PRIME
            }
            return hash
        }

        private const val FNV_OFFSET = -0x340d631b7bdddcdbL
        private const val FNV_PRIME = 0x100000001b3L
        private const val BYTE_MASK = 0xFFL
    }
}

/** What a server said about its rate limit beside an answer. */
public class WsRateFeedback(
    /** How long to stay away; null when it did not say. */
    public val retryAfter: Duration?,
    /** Anything else it said; null for nothing. */
    public val hint: String?,
) {
    /** For Java: [retryAfterMillis] -1 stands for none. */
    public constructor(retryAfterMillis: Long, hint: String?) :
        this(if (retryAfterMillis < 0) null else retryAfterMillis.milliseconds, hint)

    /** [retryAfter] in milliseconds, or -1. */
    public val retryAfterMillis: Long get() = retryAfter?.inWholeMilliseconds ?: -1
}
