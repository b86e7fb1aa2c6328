package io.github.belay.observe

import io.github.belay.lifecycle.WsConnectionStatus

/**
 * What a connection did so far and where it stands, all of it at one moment.
 *
 * Counters begin with the connection, grow over all its links and are never reset. Bytes are those of payloads.
 */
@Suppress("LongParameterList") // a snapshot is its fields, and only Belay makes one
public class WsConnectionStats internal constructor(
    /** Where the connection stood. */
    public val status: WsConnectionStatus,
    /** How long the current link has been ready; 0 while none is. */
    public val uptimeMillis: Long,
    /** Attempts to connect. */
    public val connectAttempts: Long,
    /** Attempts whose handshake was done. */
    public val connectSuccesses: Long,
    /** Attempts that ended before that. */
    public val connectFailures: Long,
    /** Attempts that the circuit breaker refused; no [connectAttempts]. */
    public val breakerRefusals: Long,
    /** How often the connection became ready again after it had been ready before. */
    public val reconnects: Long,
    /** Links that ended after their handshake was done. */
    public val disconnects: Long,
    /** Frames received, control frames among them. */
    public val framesReceived: Long,
    /** Bytes of [framesReceived]. */
    public val bytesReceived: Long,
    /** Frames written and flushed, control frames among them. */
    public val framesSent: Long,
    /** Bytes of [framesSent]. */
    public val bytesSent: Long,
    /** Messages that went through the endpoint's `handleMessage` and on to whoever collected. */
    public val messagesDelivered: Long,
    /** Messages that were dropped because nobody collected them. */
    public val messagesUncollected: Long,
    /**
     * How often reading was held back because the user had more messages waiting than `inboundCapacity` or its bytes.
     */
    public val readingPauses: Long,
    /** True while reading is held back; no ping goes out and no silence is noticed meanwhile. */
    public val isReadingPaused: Boolean,
    /** Lifecycle events that slow collectors lost; one that two of them lost counts twice. */
    public val lifecycleEventsLost: Long,
    /** Messages that the endpoint could not parse. */
    public val parseErrors: Long,
    /** How often a function of the endpoint other than `parse` threw, its `handleMessage` above all. */
    public val handlerErrors: Long,
    /** Errors that the server reported in its own protocol. */
    public val serverErrors: Long,
    /**
     * The newest 100 of [serverErrors], oldest first; over all links, as the counters are. Unmodifiable, not in
     * [toString].
     */
    public val recentServerErrors: List<WsErrorRecord>,
    /**
     * The newest 100 of what went wrong on our side, oldest first: [parseErrors], [handlerErrors], and what ended a link
     * as an internal error. Unmodifiable, not in [toString].
     */
    public val recentInternalErrors: List<WsErrorRecord>,
    /** How often the metrics reporter threw. */
    public val reporterErrors: Long,
    /** Pings sent, of the protocol or of the application. */
    public val pingsSent: Long,
    /** Pings that were answered. */
    public val pongsReceived: Long,
    /** Pings that were not answered in time. */
    public val pongTimeouts: Long,
    /** Round-trip time of pings that half of them did not exceed, to 3 digits; 0 without [rttSamples]. */
    public val rttP50Micros: Long,
    /** Round-trip time of pings that 99 of 100 did not exceed, to 3 digits; 0 without [rttSamples]. */
    public val rttP99Micros: Long,
    /** Round trips measured. */
    public val rttSamples: Long,
    /** Those of [rttSamples] below 1 microsecond or above 60 seconds, which count as these. */
    public val rttClamped: Long,
    /** Messages that waited to be sent. */
    public val queuedFrames: Int,
    /** Bytes of [queuedFrames]. */
    public val queuedBytes: Long,
    /** How many messages may wait. */
    public val queueCapacity: Int,
    /** How full the outbound queue was, in messages or bytes, whichever was nearer to its bound: 1.0 is full. */
    public val queueFillRatio: Double,
    /** Messages and requests that were taken into the outbound queue. */
    public val queueAccepted: Long,
    /** Messages and requests that were not taken because the outbound queue was full; dropped newest ones, too. */
    public val queueRefusals: Long,
    /** Messages and requests given up for want of room, as the overflow strategy said. */
    public val queueDropped: Long,
    /** How often the outbound queue was filling up. */
    public val queueWarnings: Long,
    /** Requests whose outcome was open. */
    public val pendingRequests: Int,
    /** Requests that ended as [WsRequestOutcome.SENT]. */
    public val requestsSent: Long,
    /** Requests that ended as [WsRequestOutcome.CONFIRMED]. */
    public val requestsConfirmed: Long,
    /** Requests that ended as [WsRequestOutcome.REJECTED]. */
    public val requestsRejected: Long,
    /** Requests that ended as [WsRequestOutcome.UNCONFIRMED]. */
    public val requestsUnconfirmed: Long,
    /** Requests that ended as [WsRequestOutcome.NOT_DELIVERED]. */
    public val requestsNotDelivered: Long,
    /** Requests that ended as [WsRequestOutcome.PAYLOAD_MISMATCH]. */
    public val requestsMismatched: Long,
    /** Requests that ended as [WsRequestOutcome.TOO_MANY_PENDING]. */
    public val requestsOverLimit: Long,
) {
    override fun toString(): String =
        "WsConnectionStats(status=$status, uptimeMillis=$uptimeMillis, " +
            "connectAttempts=$connectAttempts, connectSuccesses=$connectSuccesses, " +
            "connectFailures=$connectFailures, breakerRefusals=$breakerRefusals, reconnects=$reconnects, " +
            "disconnects=$disconnects, framesReceived=$framesReceived, bytesReceived=$bytesReceived, " +
            "framesSent=$framesSent, bytesSent=$bytesSent, messagesDelivered=$messagesDelivered, " +
            "messagesUncollected=$messagesUncollected, readingPauses=$readingPauses, " +
            "isReadingPaused=$isReadingPaused, lifecycleEventsLost=$lifecycleEventsLost, " +
            "parseErrors=$parseErrors, handlerErrors=$handlerErrors, serverErrors=$serverErrors, " +
            "reporterErrors=$reporterErrors, " +
            "pingsSent=$pingsSent, pongsReceived=$pongsReceived, pongTimeouts=$pongTimeouts, " +
            "rttP50Micros=$rttP50Micros, rttP99Micros=$rttP99Micros, rttSamples=$rttSamples, " +
            "rttClamped=$rttClamped, queuedFrames=$queuedFrames, queuedBytes=$queuedBytes, " +
            "queueCapacity=$queueCapacity, queueFillRatio=$queueFillRatio, queueAccepted=$queueAccepted, " +
            "queueRefusals=$queueRefusals, queueDropped=$queueDropped, queueWarnings=$queueWarnings, " +
            "pendingRequests=$pendingRequests, requestsSent=$requestsSent, " +
            "requestsConfirmed=$requestsConfirmed, requestsRejected=$requestsRejected, " +
            "requestsUnconfirmed=$requestsUnconfirmed, requestsNotDelivered=$requestsNotDelivered, " +
            "requestsMismatched=$requestsMismatched, requestsOverLimit=$requestsOverLimit)"
}
