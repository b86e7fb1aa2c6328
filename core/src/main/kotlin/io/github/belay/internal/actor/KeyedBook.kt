package io.github.belay.internal.actor

import io.github.belay.frame.WsFrame
import io.github.belay.frame.typeName
import io.github.belay.internal.reconcile.SubscriptionLoss
import io.github.belay.internal.reconcile.SubscriptionMessage
import io.github.belay.internal.reconcile.SubscriptionNews
import io.github.belay.internal.reconcile.SubscriptionOperation
import io.github.belay.internal.reconcile.SubscriptionTable
import io.github.belay.internal.reconcile.SubscriptionWaiter
import io.github.belay.subscription.KeyedSubscriptions
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionFailureAction
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionState
import kotlin.time.Duration

/** A desired set of keys: the table decides, the protocol finds the words. No user code runs under the lock. */
internal class KeyedBook(
    keyed: KeyedSubscriptions,
    private val guard: Guard,
) : SubscriptionBook {
    private val protocol = keyed.protocol
    private val lock = Any()

    /** Guarded by [lock], for whoever wants to see the states. */
    private val table =
        SubscriptionTable(
            keyed.maxKeysPerMessage,
            keyed.ackTimeout,
            forgivesWithLink = keyed.onRejected == WsSubscriptionFailureAction.RECONNECT,
        )

    init {
        table.update(WsSubscriptionAction.Add(keyed.initial), Nobody())
    }

    override val isOpen: Boolean get() = table.isOpen
    override val isHeld: Boolean get() = table.isHeld
    override val isReplayed: Boolean get() = table.isReplayed
    override val nextDeadline: Duration get() = table.nextDeadline

    override fun update(
        action: WsSubscriptionAction,
        waiter: SubscriptionWaiter,
    ) = synchronized(lock) { table.update(action, waiter) }

    override fun release(hold: SubscriptionWaiter) = synchronized(lock) { table.release(hold) }

    override fun open(): Boolean {
        synchronized(lock) { table.open() }
        return true
    }

    override fun hold() = table.hold()

    override fun unhold() = table.unhold()

    override fun resend(): Boolean {
        synchronized(lock) { table.resend() }
        return true
    }

    override fun next(
        now: Duration,
        tell: (List<SubscriptionNews>) -> Unit,
    ): SubscriptionItem? {
        while (true) {
            val message = synchronized(lock) { table.next() } ?: return null
            itemOf(message, now, tell)?.let { return it }
        }
    }

    /** Null if there is nothing to send for [message]. User code may throw anything that is an Exception; it costs these keys. */
    @Suppress("TooGenericExceptionCaught")
    private fun itemOf(
        message: SubscriptionMessage,
        now: Duration,
        tell: (List<SubscriptionNews>) -> Unit,
    ): SubscriptionItem? {
        val name = message.operation.name.lowercase()
        try {
            words(message)?.let { return Item(it, message) }
        } catch (thrown: Exception) {
            guard.failed(name, thrown)
            tell(synchronized(lock) { table.failed(message, "$name threw ${thrown.typeName()}") })
            return null
        }
        tell(synchronized(lock) { table.sent(message, now, hasWords = false) })
        return null
    }

    private fun words(message: SubscriptionMessage): WsFrame? =
        when (message.operation) {
            SubscriptionOperation.SUBSCRIBE -> protocol.subscribe(message.id, message.keys).also(::checkData)
            SubscriptionOperation.UNSUBSCRIBE -> protocol.unsubscribe(message.id, message.keys)?.also(::checkData)
        }

    override fun heard(frame: WsFrame): List<SubscriptionNews> {
        val isOne = guard.run("maybeSubscriptionResponse", false) { protocol.maybeSubscriptionResponse(frame) }
        if (!isOne) return emptyList()
        val response = guard.run("handleSubscriptionResponse", null) { protocol.handleSubscriptionResponse(frame) }
        return response?.let { synchronized(lock) { table.answered(it) } }.orEmpty()
    }

    override fun expire(now: Duration) = synchronized(lock) { table.expire(now) }

    override fun lost(outcome: WsSubscriptionOutcome): SubscriptionLoss = synchronized(lock) { table.lost(outcome) }

    override fun states(): Map<String, WsSubscriptionState> = synchronized(lock) { table.states() }

    private inner class Item(
        frame: WsFrame,
        private val message: SubscriptionMessage,
    ) : SubscriptionItem(frame) {
        override fun sent(now: Duration) = synchronized(lock) { table.sent(message, now) }
    }

    private class Nobody : SubscriptionWaiter(isHold = false) {
        override fun tell(outcomes: Map<String, WsSubscriptionOutcome>) = Unit
    }
}
