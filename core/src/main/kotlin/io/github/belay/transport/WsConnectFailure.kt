package io.github.belay.transport

import io.github.belay.frame.forLog

/**
 * Why an open failed. [message] is fit for a log: whatever text a transport puts there is escaped and cut, and a
 * transport puts no secrets there.
 */
public sealed class WsConnectFailure(
    message: String,
) {
    /** One line for people. */
    public val message: String = message.forLog()

    /**
     * The server answered, but not with 101 (RFC 6455 section 4.1). Redirects end here too: they are never followed.
     */
    public class Rejected(
        /** HTTP status. */
        public val status: Int,
        /** Header lines of the answer, among them `Retry-After` and `WWW-Authenticate` where sent. */
        public val headers: WsHeaders,
        /** The first bytes of the body, at most [MAX_BODY_BYTES], decoded as UTF-8; raw, not escaped. */
        public val bodyStart: String,
    ) : WsConnectFailure("the server answered with status $status instead of 101")

    /** No TCP connection: unknown host, refused, unreachable, or reset before an answer. */
    public class Unreachable(
        message: String,
    ) : WsConnectFailure(message)

    /** TLS did not come about: untrusted chain, wrong host name, no common version. */
    public class TlsFailed(
        message: String,
    ) : WsConnectFailure(message)

    /**
     * An answer that is not a valid 101: wrong `Sec-WebSocket-Accept`, a subprotocol nobody offered, no HTTP at all.
     */
    public class InvalidHandshake(
        message: String,
    ) : WsConnectFailure(message)

    /** Not open within [limitMillis]. */
    public class TimedOut(
        /** The limit, in milliseconds. */
        public val limitMillis: Long,
    ) : WsConnectFailure("not open within $limitMillis ms")

    override fun toString(): String = "${this::class.simpleName}($message)"

    /** Limits. */
    public companion object {
        /** What is kept of the body of a refused handshake, in bytes. */
        public const val MAX_BODY_BYTES: Int = 4096
    }
}
