package io.github.belay.internal.actor

import io.github.belay.frame.WsFrame
import io.github.belay.internal.reconcile.SubscriptionLoss
import io.github.belay.internal.reconcile.SubscriptionNews
import io.github.belay.internal.reconcile.SubscriptionWaiter
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionState
import kotlin.time.Duration

/**
 * The desired set of a connection and what its links are told of it, one message after the other. Owned by the actor: not
 * thread-safe, but for [states].
 */
internal interface SubscriptionBook {
    /** True while a link carries subscriptions, held back or not. */
    val isOpen: Boolean

    /** True while it does and may not be told anything. */
    val isHeld: Boolean

    /** True if all that was wanted when the link opened, or was to be sent again, has been flushed. */
    val isReplayed: Boolean

    /** When to call [expire] next. */
    val nextDeadline: Duration

    fun update(
        action: WsSubscriptionAction,
        waiter: SubscriptionWaiter,
    ): List<SubscriptionNews>

    fun release(hold: SubscriptionWaiter): List<SubscriptionNews>

    /** A link carries subscriptions; false if user code failed so that it cannot. */
    fun open(): Boolean

    fun hold()

    fun unhold()

    /** Everything is to be sent once more; false as for [open]. */
    fun resend(): Boolean

    /** The next message; null for nothing now. What goes wrong on the way to it is given to [tell]. */
    fun next(
        now: Duration,
        tell: (List<SubscriptionNews>) -> Unit,
    ): SubscriptionItem?

    /** [frame] came in, and may be an answer. */
    fun heard(frame: WsFrame): List<SubscriptionNews>

    fun expire(now: Duration): List<SubscriptionNews>

    /** The link is gone; who waits hears [outcome]. */
    fun lost(outcome: WsSubscriptionOutcome): SubscriptionLoss

    fun states(): Map<String, WsSubscriptionState>
}

/** A message of a [SubscriptionBook] on its way. */
internal abstract class SubscriptionItem(
    val frame: WsFrame,
) {
    val bytes: Int get() = frame.payload.size

    /** It was flushed. */
    abstract fun sent(now: Duration): List<SubscriptionNews>
}

/** Throws for what no subscription may send: a control frame, or nothing at all out of Java. */
internal fun checkData(frame: WsFrame?) {
    val kind = requireNotNull(frame) { "a subscription message must not be null" }.kind
    require(!kind.isControl) { "a subscription message must be TEXT or BINARY but was $kind" }
}
