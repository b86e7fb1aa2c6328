package io.github.belay.lifecycle

/** What is to happen after a link ended; chosen by the endpoint for each cause. */
public enum class WsDisconnectAction {
    /** Open again at once. Repeats are held to a floor, so that a refusing server does not spin the CPU. */
    IMMEDIATE_RECONNECT,

    /** Open again after the delay that the reconnect strategy names. */
    BACKOFF_RECONNECT,

    /** Stay down until the user connects again. */
    ABORT,
}
