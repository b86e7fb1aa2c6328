package io.github.belay.request

import io.github.belay.frame.WsFrame
import io.github.belay.frame.forLog

/** How a request ended. Every request ends in exactly one of these. [toString] is fit for a log. */
public sealed interface WsDelegatedOutcome {
    /** The request's id. */
    public val id: Long
}

/** The request was sent, or answered in the affirmative. */
public class WsDelegatedOk(
    override val id: Long,
    /**
     * True if the endpoint recognised an answer; false if the frame was flushed, as
     * [io.github.belay.outbound.TellOutcome.Done] says it of a message, and no more is known.
     */
    public val confirmed: Boolean,
    /** The answer; null unless [confirmed]. */
    public val response: WsFrame?,
    /** What the server said of its rate limit; null for nothing. */
    public val feedback: WsRateFeedback?,
) : WsDelegatedOutcome {
    override fun toString(): String = "WsDelegatedOk(id=$id, confirmed=$confirmed)"
}

/** The request did not come through, or nobody can know. */
public sealed class WsDelegatedError(
    final override val id: Long,
    /** For people; of an [EndpointRejected] the server's words, not escaped: only [toString] is fit for a log. */
    public val text: String,
) : WsDelegatedOutcome {
    /** Certainly never written: not ready, queue full, link lost before its turn, connection closed. */
    public class NotDelivered(
        id: Long,
        text: String,
    ) : WsDelegatedError(id, text)

    /**
     * No answer came before the deadline or the end of the link. [text] tells whether the request was awaiting its send
     * or its answer. A frame that waits to be sent when nobody waits for its request any more is withdrawn and never
     * sent, unless it is on its way into the socket already.
     */
    public class Unconfirmed(
        id: Long,
        text: String,
    ) : WsDelegatedError(id, text)

    /** Another request with this id and another fingerprint is in flight; that one is untouched. */
    public class PayloadMismatch(
        id: Long,
    ) : WsDelegatedError(id, "another request with id $id is in flight")

    /** As many requests are in flight as are allowed. */
    public class TooManyPending(
        id: Long,
        /** The limit. */
        public val max: Int,
    ) : WsDelegatedError(id, "$max requests are in flight, no more are allowed")

    /** The server said no. */
    public class EndpointRejected(
        id: Long,
        text: String,
        /** The answer. */
        public val response: WsFrame,
        /** What the server said of its rate limit; null for nothing. */
        public val feedback: WsRateFeedback?,
    ) : WsDelegatedError(id, text)

    final override fun toString(): String = "${this::class.simpleName}(id=$id, ${text.forLog()})"
}

/** What an endpoint recognised in a frame: the answer to the request [id]. */
public class WsRequestMatch private constructor(
    /** Which request it answers. */
    public val id: Long,
    /** Null for yes; the server's words for no, not escaped. */
    public val rejection: String?,
    /** What the server said of its rate limit; null for nothing. */
    public val feedback: WsRateFeedback?,
) {
    /** Makes matches. */
    public companion object {
        /** A yes. */
        @JvmStatic
        @JvmOverloads
        public fun ok(
            id: Long,
            feedback: WsRateFeedback? = null,
        ): WsRequestMatch = WsRequestMatch(id, null, feedback)

        /** A no. */
        @JvmStatic
        @JvmOverloads
        public fun rejected(
            id: Long,
            text: String,
            feedback: WsRateFeedback? = null,
        ): WsRequestMatch = WsRequestMatch(id, text, feedback)
    }
}
