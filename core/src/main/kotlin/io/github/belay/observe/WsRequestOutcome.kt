package io.github.belay.observe

/** The ways in which a request can end; what a metric tells them apart by. */
public enum class WsRequestOutcome {
    /** Its frame was flushed, and no more was asked for. */
    SENT,

    /** The endpoint recognised an answer in the affirmative. */
    CONFIRMED,

    /** The endpoint recognised a refusal. */
    REJECTED,

    /** No answer came before the deadline or the end of the link. */
    UNCONFIRMED,

    /** Certainly never written. */
    NOT_DELIVERED,

    /** Another request with the same id was in flight. */
    PAYLOAD_MISMATCH,

    /** As many requests were in flight as are allowed. */
    TOO_MANY_PENDING,
}
