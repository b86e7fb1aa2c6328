package io.github.belay.subscription

import io.github.belay.frame.WsFrame

/** How an endpoint looks after its subscriptions: [KeyedSubscriptions], or a [WsSubscriptionManager] of its own. */
public sealed interface WsSubscriptionSet

/**
 * Knows what a connection wants to be subscribed to, and how to say so: for protocols whose subscriptions are more than a
 * set of keys. Where they are that, [KeyedSubscriptions] keeps the set, follows each key, and needs no more than the
 * words.
 *
 * Its functions run on the connection's own turn, one at a time: they are quick and never block. What they throw is
 * counted and reported. Dropping what is wanted twice is the manager's own business.
 */
public interface WsSubscriptionManager : WsSubscriptionSet {
    /**
     * The whole desired set as the messages that ask for it, in order; called for every link before it is ready. What it
     * throws ends the link.
     */
    public fun initialSubscriptions(): List<WsFrame>

    /**
     * Takes [action] into the desired set and gives the messages that say so. They are sent if the link carries
     * subscriptions at this moment; otherwise they are dropped, for the next [initialSubscriptions] says it all. Not
     * supported by default.
     */
    public fun updateSubscriptions(action: WsSubscriptionAction): List<WsFrame> =
        throw UnsupportedOperationException("this connection's subscriptions cannot be changed")

    /** A cheap look: could [frame] answer a subscription? [handleSubscriptionResponse] is called only then. */
    public fun maybeSubscriptionResponse(frame: WsFrame): Boolean = true

    /** What [frame] says about subscriptions; null for nothing. The frame is parsed all the same. */
    public fun handleSubscriptionResponse(frame: WsFrame): WsSubscriptionResponse? = null
}

/** A connection without subscriptions. */
public object NoSubscriptions : WsSubscriptionManager {
    override fun initialSubscriptions(): List<WsFrame> = emptyList()

    override fun maybeSubscriptionResponse(frame: WsFrame): Boolean = false
}
