package io.github.belay.subscription

import io.github.belay.frame.WsFrame

/**
 * Knows what a connection wants to be subscribed to, and how to say so.
 *
 * Its functions run on the connection's own turn, one at a time: they are quick and never block.
 */
public interface WsSubscriptionManager {
    /** The whole desired set as the messages that ask for it, in order; called for every link before it is ready. */
    public fun initialSubscriptions(): List<WsFrame>
}

/** A connection without subscriptions. */
public object NoSubscriptions : WsSubscriptionManager {
    override fun initialSubscriptions(): List<WsFrame> = emptyList()
}
