package io.github.belay.internal.reconcile

import io.github.belay.subscription.WsSubscriptionState

/** What the current link has of a key. */
internal enum class OnLink {
    /** Nothing. */
    ABSENT,

    /** The message that subscribes is on its way: taken and not yet settled. */
    SUBSCRIBING,

    /** That message was flushed, and no answer is awaited. */
    SENT,

    /** The server agreed. */
    ACKED,

    /** The message that unsubscribes is on its way. */
    UNSUBSCRIBING,
}

/** What a message asks for. */
internal enum class SubscriptionOperation { SUBSCRIBE, UNSUBSCRIBE }

/** One key that is wanted, or still subscribed. Written by the table only. */
internal class SubscriptionEntry(
    val key: String,
) {
    /** Wanted by the set; holders want it besides. */
    var isInSet = false
    var holders = 0

    var onLink = OnLink.ABSENT

    /** The message on its way; null unless there is one. */
    var message: SubscriptionMessage? = null

    /** Number of the message that subscribed to it last on this link; null for none. A late answer may name it. */
    var carrier: Long? = null

    /** Why it is not asked for; null unless it was rejected. */
    var rejection: String? = null

    /** It is to be sent although it was. */
    var isToResend = false

    /** It belongs to a replay that is not done. */
    var isReplaying = false

    /** A message that subscribes was flushed on this link, and nothing has ended that. */
    var isCarried = false

    /** It was carried by a link that was lost, and has not been subscribed since. */
    var isInterrupted = false

    /** Whose change came last, while that is unsettled. */
    var waiter: SubscriptionWaiter? = null

    val isWanted: Boolean get() = isInSet || holders > 0

    val isOnItsWay: Boolean get() = onLink == OnLink.SUBSCRIBING || onLink == OnLink.UNSUBSCRIBING

    /** What is to be sent for it; null for nothing, or not yet. */
    val operation: SubscriptionOperation?
        get() =
            when {
                isOnItsWay -> {
                    null
                }

                isWanted -> {
                    SubscriptionOperation.SUBSCRIBE.takeIf {
                        rejection == null &&
                            (onLink == OnLink.ABSENT || isToResend)
                    }
                }

                onLink == OnLink.ABSENT -> {
                    null
                }

                else -> {
                    SubscriptionOperation.UNSUBSCRIBE
                }
            }

    val state: WsSubscriptionState
        get() =
            when {
                !isWanted -> WsSubscriptionState.REMOVING
                rejection != null -> WsSubscriptionState.REJECTED
                onLink == OnLink.ACKED -> WsSubscriptionState.ACKED
                onLink == OnLink.SENT -> WsSubscriptionState.SENT
                onLink == OnLink.SUBSCRIBING && message?.isSent == true -> WsSubscriptionState.SENT
                else -> WsSubscriptionState.WANTED
            }
}
