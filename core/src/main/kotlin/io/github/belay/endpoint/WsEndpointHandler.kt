package io.github.belay.endpoint

import io.github.belay.continuity.WsContinuityEvent
import io.github.belay.continuity.WsSequences
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.NoSubscriptions
import io.github.belay.subscription.WsSubscriptionSet

/**
 * The protocol that is spoken over a connection. Everything but [parse] has a default; override what the protocol
 * needs.
 *
 * An instance serves one connection, over all its links, and keeps its state across them.
 *
 * The protocol functions run on the connection's own turn, one at a time and in the order of the frames; they are quick
 * and never block. [handleMessage] is the exception: it may suspend, and runs behind a bounded buffer. What any of them
 * throws is counted and reported, and never ends the connection's owner; the log hears of the first time for each
 * function, by the type of what was thrown.
 */
public interface WsEndpointHandler<M : Any> {
    /** When subscriptions are replayed. Read once, when the connection is made. */
    public val sessionMode: WsSessionMode get() = WsSessionMode.PUBLIC

    /** What to subscribe to, and how. Read once, when the connection is made. */
    public val subscriptions: WsSubscriptionSet get() = NoSubscriptions

    /** A link opened; the first call for each link. */
    public fun onOpen() {}

    /** A link opened. [isReconnect] is false for the first one only. A result is delivered as a message. */
    public fun onConnectionOpened(isReconnect: Boolean): M? = null

    /** The first message on each link; null for none. May suspend; the connect timeout bounds it. */
    public suspend fun generateAuth(): WsFrame? = null

    /** What a text or binary message means. What it throws skips this one message; see `messageErrors`. */
    public fun parse(frame: WsFrame): WsParseOutcome<M>

    /** A cheap look: could [frame] answer a request? [matchRequestResponse] is called only then. */
    public fun maybeRequestResponse(frame: WsFrame): Boolean = false

    /** Which request [frame] answers; null for none. The frame is parsed all the same. */
    public fun matchRequestResponse(frame: WsFrame): WsRequestMatch? = null

    /**
     * How messages are numbered, so that what is missing is found; null, the default, when they are not. Read once, when
     * the connection is made.
     */
    public val sequences: WsSequences<M>? get() = null

    /**
     * Messages of a topic are missing, or come again. A result is delivered as a message, in its place among the others;
     * null, the default, tells the user nothing.
     */
    public fun onContinuity(event: WsContinuityEvent): M? = null

    /** What the server's error means. */
    public fun handleServerError(error: WsParseOutcome.ServerError): WsServerErrorAction = WsServerErrorAction.CONTINUE

    /**
     * Receives each message, in order, off the connection's turn unless `inlineDelivery` is on. It may take its time; see
     * `inboundCapacity`. What it throws costs this one message; see `messageErrors`.
     */
    public suspend fun handleMessage(message: M) {}

    /**
     * Tells [sink] which times are in [frame], a message that was parsed for the user; called for one message in each
     * `payloadLagInterval`, and never while that is infinite. What the ingress emits is not sampled.
     */
    public fun samplePayloadTimestamps(
        frame: WsFrame,
        sink: WsTimestampSink,
    ) {}

    /** A link ended. A result is delivered as a message. */
    public fun onConnectionDisconnected(
        cause: WsDisconnectCause,
        willReconnect: Boolean,
    ): M? = null

    /** Whether and how to come back; asked once for each lost link and failed attempt that nobody asked for. */
    public fun classifyDisconnect(cause: WsDisconnectCause): WsDisconnectAction = defaultAction(cause)

    /** The built-in classification. */
    public companion object {
        private const val UNAUTHORIZED = 401
        private const val FORBIDDEN = 403

        /**
         * Refused credentials (401, 403) abort, for retrying cannot mend them. Everything else backs off and returns.
         */
        @JvmStatic
        public fun defaultAction(cause: WsDisconnectCause): WsDisconnectAction {
            val status = (cause as? WsDisconnectCause.HandshakeFailed)?.status
            val refused = status == UNAUTHORIZED || status == FORBIDDEN
            return if (refused) WsDisconnectAction.ABORT else WsDisconnectAction.BACKOFF_RECONNECT
        }
    }
}

/** Yields every text and binary message as the frame it is. */
public class RawFrames : WsEndpointHandler<WsFrame> {
    override fun parse(frame: WsFrame): WsParseOutcome<WsFrame> = WsParseOutcome.Message(frame)
}
