package io.github.belay.lifecycle

import io.github.belay.frame.CloseCode
import io.github.belay.frame.forLog
import kotlin.time.Duration

/**
 * Why a link ended. Each link ends with exactly one cause: the first that was noticed. More causes may come with any
 * version: a `when` over them needs an `else`.
 *
 * [toString] is fit for a log: no secrets, foreign text escaped and cut.
 */
public sealed class WsDisconnectCause {
    /** A short name without spaces, the same for every cause of a kind; for metric tags. */
    public abstract val kind: String

    /** What there is to say beyond the kind; fit for a log. */
    protected open val detail: String get() = ""

    final override fun toString(): String = if (detail.isEmpty()) kind else "$kind($detail)"

    /** The user asked for it, by `disconnect`, `close` or `abort`. */
    public class Requested(
        /** Close code that was sent. */
        public val code: Int,
        /** Close reason that was sent; it may be a secret between user and server: not in [toString]. */
        public val reason: String,
    ) : WsDisconnectCause() {
        override val kind: String get() = "requested"
        override val detail: String get() = "code=$code"
    }

    /**
     * The peer ended the connection: with a Close frame, or by closing TCP without one, which counts as
     * [CloseCode.ABNORMAL] (RFC 6455 section 7.1.5) where the transport can tell that from a failure. One that cannot,
     * as Ktor's, makes a [ReadFailure] of it.
     */
    public class RemoteClosed(
        /** Close code; 1005 for a Close frame without one, 1006 for no Close frame. */
        public val code: Int,
        /** The peer's reason as it came; not escaped. */
        public val reason: String,
    ) : WsDisconnectCause() {
        override val kind: String get() = "remote_closed"
        override val detail: String get() = "code=$code reason=${reason.forLog()}"
    }

    /** Reading failed: reset, broken TLS record, another fault of the stream, or an end of it that may be one. */
    public class ReadFailure(
        /** What the transport said. */
        public val text: String,
    ) : WsDisconnectCause() {
        override val kind: String get() = "read_failure"
        override val detail: String get() = text.forLog()
    }

    /** Writing failed. */
    public class WriteFailure(
        /** What the transport said. */
        public val text: String,
    ) : WsDisconnectCause() {
        override val kind: String get() = "write_failure"
        override val detail: String get() = text.forLog()
    }

    /** A write did not leave within [limit]: the peer does not read. */
    public class WriteTimeout(
        /** The limit that passed. */
        public val limit: Duration,
    ) : WsDisconnectCause() {
        override val kind: String get() = "write_timeout"
        override val detail: String get() = "limit=$limit"

        /** [limit] in milliseconds. */
        public val limitMillis: Long get() = limit.inWholeMilliseconds
    }

    /** The peer broke RFC 6455, a size limit included. */
    public class ProtocolViolation(
        /** Close code that was sent: 1002, 1007, 1008 (too many fragments) or 1009. */
        public val code: Int,
        /** The rule and what was found. */
        public val text: String,
    ) : WsDisconnectCause() {
        override val kind: String get() = "protocol_violation"
        override val detail: String get() = "code=$code ${text.forLog()}"
    }

    /** No pong came within [limit] of the oldest unanswered ping. */
    public class PongTimeout(
        /** The limit that passed. */
        public val limit: Duration,
    ) : WsDisconnectCause() {
        override val kind: String get() = "pong_timeout"
        override val detail: String get() = "limit=$limit"

        /** [limit] in milliseconds. */
        public val limitMillis: Long get() = limit.inWholeMilliseconds
    }

    /** Nothing at all came in for [limit]. */
    public class StaleData(
        /** The limit that passed. */
        public val limit: Duration,
    ) : WsDisconnectCause() {
        override val kind: String get() = "stale_data"
        override val detail: String get() = "limit=$limit"

        /** [limit] in milliseconds. */
        public val limitMillis: Long get() = limit.inWholeMilliseconds
    }

    /** No data came in for [limit], whatever else did; see [io.github.belay.endpoint.WsParseOutcome.Message.isData]. */
    public class DataTimeout(
        /** The limit that passed. */
        public val limit: Duration,
    ) : WsDisconnectCause() {
        override val kind: String get() = "data_timeout"
        override val detail: String get() = "limit=$limit"

        /** [limit] in milliseconds. */
        public val limitMillis: Long get() = limit.inWholeMilliseconds
    }

    /** Round trips of pings took too long, as the latency policy has it. */
    public class HighLatency(
        /** What was measured. */
        public val percentile: WsPercentile,
        /** The round trip that [percentile] of them did not exceed, in microseconds. */
        public val observedMicros: Long,
        /** What it was to stay at or below, in microseconds. */
        public val thresholdMicros: Long,
        /** Round trips that this was measured over. */
        public val samples: Int,
    ) : WsDisconnectCause() {
        override val kind: String get() = "high_latency"
        override val detail: String
            get() = "$percentile=${observedMicros}us threshold=${thresholdMicros}us samples=$samples"
    }

    /**
     * The link never became ready: it did not open, or opened and was not ready within the connect timeout, in which
     * case it is closed in order.
     */
    public class HandshakeFailed(
        /** What went wrong. */
        public val failure: WsHandshakeFailure,
        /** HTTP status of a refusal; null when the server did not get to answer. */
        public val status: Int?,
        /** How long the server asked to stay away (`Retry-After`), at most 5 minutes; null when it did not ask. */
        public val retryAfter: Duration?,
        /** One line for people. */
        public val text: String,
        /** Name and value of each header line of a refusal, in order; not in [toString]. Unmodifiable. */
        public val headers: List<Map.Entry<String, String>> = emptyList(),
        /** How the body of a refusal begins, at most 4096 bytes decoded as UTF-8; not escaped, not in [toString]. */
        public val bodyStart: String = "",
        /** What the provider threw; null when it did not. Its message may hold secrets: not in [toString]. */
        public val thrown: Throwable? = null,
    ) : WsDisconnectCause() {
        override val kind: String get() = "handshake_${failure.name.lowercase()}"
        override val detail: String
            get() =
                listOfNotNull(status?.let { "status=$it" }, retryAfter?.let { "retryAfter=$it" }, text.forLog())
                    .joinToString(" ")

        /** [retryAfter] in milliseconds, or -1. */
        public val retryAfterMillis: Long get() = retryAfter?.inWholeMilliseconds ?: -1

        /**
         * The first value of header [name] of a refusal, in any case, `WWW-Authenticate` for instance; null for none.
         */
        public fun header(name: String): String? = headers.firstOrNull { it.key.equals(name, ignoreCase = true) }?.value
    }

    /** The endpoint or the ingress asked for it. */
    public class EndpointRequested(
        /** Its reason. */
        public val reason: String,
    ) : WsDisconnectCause() {
        override val kind: String get() = "endpoint_requested"
        override val detail: String get() = reason.forLog()
    }

    /** The messages of [topic] were not numbered one after the other, and the endpoint chose to reconnect. */
    public class SequenceBroken(
        /** The topic; not escaped. */
        public val topic: String,
        /** The number that was to come next. */
        public val expected: Long,
        /** The number that came. */
        public val found: Long,
    ) : WsDisconnectCause() {
        override val kind: String get() = "sequence_broken"
        override val detail: String get() = "topic=${topic.forLog()} expected=$expected found=$found"
    }

    /** The server reported an error in its own protocol, and the endpoint chose to reconnect or to give up. */
    public class ServerError(
        /** The protocol's error code; null when it has none. */
        public val code: Int?,
        /** The server's words; not escaped. */
        public val text: String,
    ) : WsDisconnectCause() {
        override val kind: String get() = "server_error"
        override val detail: String get() = listOfNotNull(code?.let { "code=$it" }, text.forLog()).joinToString(" ")
    }

    /**
     * User code threw where the link cannot go on without it, or could not be followed: ingress, login, subscriptions; and
     * where the user wants it so, at a message.
     */
    public class InternalError
        @JvmOverloads
        constructor(
            /** Where: `ingress`, `auth`, `replay`, `answer`, `parse`, `handleMessage`, `actor`, `session`. */
            public val context: String,
            /** The type of what was thrown, or what went wrong. */
            public val text: String,
            /** What was thrown; null when nothing was. Its message may hold secrets or payload: not in [toString]. */
            public val thrown: Throwable? = null,
        ) : WsDisconnectCause() {
            override val kind: String get() = "internal_error"
            override val detail: String get() = "$context: ${text.forLog()}"
        }
}

/** How an open failed; the detail of [WsDisconnectCause.HandshakeFailed]. */
public enum class WsHandshakeFailure {
    /** The server answered with another status than 101. */
    REJECTED,

    /** No TCP connection: unknown host, refused, reset before an answer. */
    UNREACHABLE,

    /** TLS did not come about. */
    TLS,

    /** The answer was not a valid 101. */
    INVALID,

    /** Not open, or open and not ready, within the connect timeout. */
    TIMED_OUT,

    /** The provider of address or headers failed, or what it gave cannot be used. */
    PROVIDER,
}
