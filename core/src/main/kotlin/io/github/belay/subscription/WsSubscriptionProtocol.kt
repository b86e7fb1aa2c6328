package io.github.belay.subscription

import io.github.belay.frame.WsFrame

/**
 * The words of a protocol in which subscriptions are keys: what to send, and what the answers mean. It keeps no set; that
 * is what [KeyedSubscriptions] is for.
 *
 * Its functions run on the connection's own turn, one at a time: they are quick and never block. What they throw is
 * counted and reported, and fails the keys that it was about.
 */
public interface WsSubscriptionProtocol {
    /**
     * The message that subscribes to [keys], text or binary. [id] is another one for each message of a connection, over all
     * its links: what answers by number rather than by key can carry it.
     */
    public fun subscribe(
        id: Long,
        keys: List<String>,
    ): WsFrame

    /** The message that ends the subscriptions to [keys]; null, the default, where there is none. */
    public fun unsubscribe(
        id: Long,
        keys: List<String>,
    ): WsFrame? = null

    /** A cheap look: could [frame] answer a subscription? [handleSubscriptionResponse] is called only then. */
    public fun maybeSubscriptionResponse(frame: WsFrame): Boolean = true

    /** What [frame] says about subscriptions; null for nothing. The frame is parsed all the same. */
    public fun handleSubscriptionResponse(frame: WsFrame): WsSubscriptionResponse? = null
}
