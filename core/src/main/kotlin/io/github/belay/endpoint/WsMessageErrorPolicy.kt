package io.github.belay.endpoint

/** What a message costs that the endpoint failed on: its `parse` or its `handleMessage` threw. It is counted in any case. */
public enum class WsMessageErrorPolicy {
    /** That one message. */
    SKIP,

    /** The link, too: it ends with an internal error as its cause, which the endpoint classifies. */
    RECONNECT,

    /** The connection: it closes for good. */
    CLOSE,
}
