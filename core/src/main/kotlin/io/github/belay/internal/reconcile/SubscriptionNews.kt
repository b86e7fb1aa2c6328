package io.github.belay.internal.reconcile

import io.github.belay.subscription.WsSubscriptionOutcome

/** What a step of the table brought about; a decision until somebody performs it, in order. */
internal sealed interface SubscriptionNews {
    /** Tell [waiter]. */
    data class Settled(
        val waiter: SubscriptionWaiter,
        val key: String,
        val outcome: WsSubscriptionOutcome,
    ) : SubscriptionNews

    /** [key] was lost with a link, and is subscribed again. */
    data class Restored(
        val key: String,
    ) : SubscriptionNews

    /** [key] is rejected, by the server or because it cannot even be sent. */
    data class Rejected(
        val key: String,
        val text: String,
    ) : SubscriptionNews

    /** The server has not answered whether [key] is subscribed. */
    data class Unconfirmed(
        val key: String,
    ) : SubscriptionNews
}

/** What the end of a link means. */
internal class SubscriptionLoss(
    /** The wanted keys that the link carried, in the order of their coming. */
    val affected: List<String>,
    val news: List<SubscriptionNews>,
)
