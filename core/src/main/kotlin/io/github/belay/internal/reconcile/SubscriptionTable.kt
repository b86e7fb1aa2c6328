package io.github.belay.internal.reconcile

import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionResponse
import io.github.belay.subscription.WsSubscriptionState
import kotlin.time.Duration

/**
 * The keys that are wanted, what the current link has of each, and the messages that bring the two together.
 *
 * It decides and does nothing: [next] gives the message to send, the other functions say what has happened and return
 * what follows. Time comes in as a parameter, counted from the connection's epoch. For one key at most one message is on
 * its way, so what is wanted last is on the wire last; changes that take each other back before their turn send nothing.
 * Not thread-safe.
 *
 * @param ackTimeout how long an answer is awaited; null for not at all
 * @param forgivesWithLink true if the next link is asked again for what was rejected
 */
internal class SubscriptionTable(
    private val maxKeysPerMessage: Int,
    private val ackTimeout: Duration? = null,
    private val forgivesWithLink: Boolean = false,
) {
    private val entries = LinkedHashMap<String, SubscriptionEntry>()

    private val due = DueSubscriptions()

    private val messages = SubscriptionMessages()
    private val news = ArrayList<SubscriptionNews>()

    /** True from [open] until [lost]. */
    var isOpen = false
        private set

    /** True while the link may not be told anything. */
    var isHeld = false
        private set

    /** True if all that was wanted at [open], or at [resend], has been flushed. */
    val isReplayed: Boolean get() = due.isReplayed

    /** When to call [expire] next; infinite when no answer is awaited. */
    val nextDeadline: Duration get() = messages.nextDeadline

    /** The keys that a lost link carried and that have not been subscribed since, in order. */
    val interrupted: List<String> get() = entries.values.filter { it.isInterrupted }.map { it.key }

    /** Where each key stands, in the order of their coming. */
    fun states(): Map<String, WsSubscriptionState> = entries.mapValuesTo(LinkedHashMap()) { it.value.state }

    /** Takes [action] into the desired set; [waiter] is told what becomes of it. */
    fun update(
        action: WsSubscriptionAction,
        waiter: SubscriptionWaiter,
    ): List<SubscriptionNews> {
        when (action) {
            is WsSubscriptionAction.Add -> {
                action.keys.forEach { want(it, waiter) }
            }

            is WsSubscriptionAction.Remove -> {
                action.keys.forEach { unwant(it, waiter) }
            }

            is WsSubscriptionAction.Replace -> {
                (inSet() - action.keys.toSet()).forEach { unwant(it, waiter) }
                action.keys.forEach { want(it, waiter) }
            }

            WsSubscriptionAction.Clear -> {
                inSet().forEach { unwant(it, waiter) }
            }
        }
        waiter.complete()
        return taken()
    }

    /** [hold] lets go of what it holds. */
    fun release(hold: SubscriptionWaiter): List<SubscriptionNews> {
        hold.held.toList().forEach { key ->
            hold.held -= key
            val entry = entries.getValue(key)
            entry.holders--
            if (entry.waiter === hold) settle(entry, WsSubscriptionOutcome.Superseded)
            reconsider(entry)
        }
        return taken()
    }

    /** A link carries subscriptions from now on: everything that is wanted is due. */
    fun open() {
        isOpen = true
        isHeld = false
        due.clear()
        for (entry in entries.values) {
            if (forgivesWithLink) entry.rejection = null
            due.replay(entry)
        }
    }

    /** The link may not be told anything until [unhold]. */
    fun hold() {
        isHeld = true
    }

    fun unhold() {
        isHeld = false
    }

    /** Everything that the link has is due once more. */
    fun resend() {
        for (entry in entries.values) {
            if (entry.isOnItsWay) continue
            entry.isToResend = entry.isWanted
            due.replay(entry)
        }
    }

    /** The next message to send, which then is on its way; null for nothing now. */
    fun next(): SubscriptionMessage? {
        if (!isOpen || isHeld) return null
        val taken = due.take(maxKeysPerMessage)
        val operation = taken.firstOrNull()?.operation ?: return null
        return messages.take(operation, taken)
    }

    /** [message] was flushed; or nothing had to be, if it has no words and so no answer. */
    fun sent(
        message: SubscriptionMessage,
        now: Duration,
        hasWords: Boolean = true,
    ): List<SubscriptionNews> {
        if (message !in messages) return emptyList()
        message.isSent = true
        for (entry in message.open) {
            due.replayed(entry)
            entry.isCarried = message.operation == SubscriptionOperation.SUBSCRIBE
        }
        if (ackTimeout != null && hasWords) {
            message.deadline = now + ackTimeout
        } else {
            message.open.forEach { finish(it, isConfirmed = false) }
        }
        return taken()
    }

    /** [message] was not and will not be sent, because of [text], and the link goes on. */
    fun failed(
        message: SubscriptionMessage,
        text: String,
    ): List<SubscriptionNews> {
        if (message in messages) message.open.forEach { takeBack(it, text) }
        return taken()
    }

    /** The server said [response]. An answer proves that the message was sent, whichever news comes first. */
    fun answered(response: WsSubscriptionResponse): List<SubscriptionNews> {
        val rejection = response.rejection
        for (entry in concerned(response)) {
            if (rejection == null) acknowledge(entry) else reject(entry, rejection)
        }
        return taken()
    }

    /** Ends the wait for answers that are not there by [now]. */
    fun expire(now: Duration): List<SubscriptionNews> {
        for (message in messages.overdue(now)) {
            for (entry in message.open) {
                if (entry.onLink == OnLink.SUBSCRIBING) news += SubscriptionNews.Unconfirmed(entry.key)
                messages.leave(entry, if (entry.onLink == OnLink.SUBSCRIBING) OnLink.SENT else OnLink.ABSENT)
                if (entry.isWanted == (entry.onLink == OnLink.SENT)) settle(entry, WsSubscriptionOutcome.Unconfirmed)
                reconsider(entry)
            }
        }
        return taken()
    }

    /**
     * The link is gone, and with it all that it had. The keys that it carried are the affected ones; who waits for one that is
     * still wanted hears [outcome].
     */
    fun lost(outcome: WsSubscriptionOutcome = WsSubscriptionOutcome.Stored): SubscriptionLoss {
        isOpen = false
        isHeld = false
        messages.clear()
        due.clear()
        val affected = ArrayList<String>()
        for (entry in entries.values.toList()) {
            if (entry.isWanted && entry.isCarried) {
                entry.isInterrupted = true
                affected += entry.key
            }
            entry.message = null
            entry.onLink = OnLink.ABSENT
            entry.isToResend = false
            entry.isReplaying = false
            entry.isCarried = false
            entry.carrier = null
            settle(entry, if (entry.isWanted) outcome else done(isSubscribed = false, isConfirmed = false))
            if (!entry.isWanted) entries -= entry.key
        }
        return SubscriptionLoss(affected, taken())
    }

    private fun inSet(): List<String> = entries.values.filter { it.isInSet }.map { it.key }

    private fun want(
        key: String,
        waiter: SubscriptionWaiter,
    ) {
        waiter.expect(key)
        val entry = entries.getOrPut(key) { SubscriptionEntry(key) }
        val isNews = !entry.isWanted || entry.rejection != null
        if (!waiter.isHold) {
            entry.isInSet = true
        } else if (waiter.held.add(key)) {
            entry.holders++
        }
        entry.rejection = null
        if (isNews) await(entry, waiter) else news += told(waiter, key, WsSubscriptionOutcome.AlreadySubscribed)
        reconsider(entry)
    }

    private fun unwant(
        key: String,
        waiter: SubscriptionWaiter,
    ) {
        waiter.expect(key)
        val entry = entries[key]
        if (entry == null || !entry.isWanted) {
            news += told(waiter, key, WsSubscriptionOutcome.NotSubscribed)
            return
        }
        entry.isInSet = false
        if (entry.isWanted) {
            news += told(waiter, key, WsSubscriptionOutcome.StillHeld)
            return
        }
        await(entry, waiter)
        reconsider(entry)
    }

    private fun await(
        entry: SubscriptionEntry,
        waiter: SubscriptionWaiter,
    ) {
        settle(entry, WsSubscriptionOutcome.Superseded)
        entry.waiter = waiter
    }

    /** Settles a change that takes no message, or has to wait for another link. */
    private fun settleIfThere(entry: SubscriptionEntry) {
        if (entry.waiter == null || entry.isOnItsWay) return
        val isStored = entry in due && (!isOpen || isHeld)
        when {
            isStored -> settle(entry, WsSubscriptionOutcome.Stored)
            entry in due -> return
            else -> settle(entry, done(entry.isWanted, isConfirmed = entry.onLink == OnLink.ACKED))
        }
    }

    /** Sees whether there is something to send for [entry], or no reason to keep it. */
    private fun reconsider(entry: SubscriptionEntry) {
        due.update(entry)
        if (!entry.isWanted) {
            entry.isInterrupted = false
            entry.rejection = null
            if (entry.onLink == OnLink.ABSENT) entries -= entry.key
        }
        settleIfThere(entry)
    }

    private fun concerned(response: WsSubscriptionResponse): List<SubscriptionEntry> {
        val id = response.id ?: return response.keys.orEmpty().mapNotNull(entries::get)
        return messages[id]?.open ?: entries.values.filter { it.carrier == id && it.onLink == OnLink.SENT }
    }

    private fun acknowledge(entry: SubscriptionEntry) {
        when (entry.onLink) {
            OnLink.SUBSCRIBING, OnLink.UNSUBSCRIBING -> {
                due.replayed(entry)
                entry.isCarried = entry.onLink == OnLink.SUBSCRIBING
                finish(entry, isConfirmed = true)
            }

            OnLink.SENT -> {
                entry.onLink = OnLink.ACKED
                restored(entry)
            }

            OnLink.ABSENT, OnLink.ACKED -> {
                return
            }
        }
    }

    private fun reject(
        entry: SubscriptionEntry,
        text: String,
    ) {
        if (entry.onLink == OnLink.ABSENT) return
        val wasSubscribing = entry.onLink != OnLink.UNSUBSCRIBING
        messages.leave(entry, OnLink.ABSENT)
        entry.isCarried = false
        due.replayed(entry)
        if (wasSubscribing) refuse(entry, text) else news += SubscriptionNews.Rejected(entry.key, text)
        if (wasSubscribing == entry.isWanted) settle(entry, WsSubscriptionOutcome.Rejected(text))
        reconsider(entry)
    }

    /** The message about [entry] did what it was meant to. */
    private fun finish(
        entry: SubscriptionEntry,
        isConfirmed: Boolean,
    ) {
        val isSubscribed = entry.onLink == OnLink.SUBSCRIBING
        val subscribed = if (isConfirmed) OnLink.ACKED else OnLink.SENT
        messages.leave(entry, if (isSubscribed) subscribed else OnLink.ABSENT)
        if (isSubscribed) restored(entry)
        if (isSubscribed == entry.isWanted) settle(entry, done(isSubscribed, isConfirmed))
        reconsider(entry)
    }

    private fun done(
        isSubscribed: Boolean,
        isConfirmed: Boolean,
    ): WsSubscriptionOutcome =
        if (isSubscribed) {
            WsSubscriptionOutcome.Subscribed(isConfirmed)
        } else {
            WsSubscriptionOutcome.Unsubscribed(isConfirmed)
        }

    private fun restored(entry: SubscriptionEntry) {
        if (entry.isInterrupted) news += SubscriptionNews.Restored(entry.key)
        entry.isInterrupted = false
    }

    /** [entry] could not be sent: whoever asked for it is told, and is as if it had not. */
    private fun takeBack(
        entry: SubscriptionEntry,
        text: String,
    ) {
        val waiter = entry.waiter
        val wasSubscribing = entry.onLink == OnLink.SUBSCRIBING
        val stays = entry.isCarried && (wasSubscribing || waiter != null)
        messages.leave(entry, if (stays) OnLink.SENT else OnLink.ABSENT)
        when {
            waiter == null -> Unit
            !wasSubscribing -> entry.isInSet = true
            waiter.isHold -> if (waiter.held.remove(entry.key)) entry.holders--
            else -> entry.isInSet = false
        }
        settle(entry, WsSubscriptionOutcome.SendFailed(text))
        // Nobody is left who could be told, and it would fail again.
        if (entry.isWanted && !stays) refuse(entry, text)
        reconsider(entry)
    }

    private fun refuse(
        entry: SubscriptionEntry,
        text: String,
    ) {
        if (entry.isWanted) entry.rejection = text
        news += SubscriptionNews.Rejected(entry.key, text)
    }

    private fun settle(
        entry: SubscriptionEntry,
        outcome: WsSubscriptionOutcome,
    ) {
        entry.waiter?.let { news += told(it, entry.key, outcome) }
        entry.waiter = null
    }

    private fun told(
        waiter: SubscriptionWaiter,
        key: String,
        outcome: WsSubscriptionOutcome,
    ) = SubscriptionNews.Settled(waiter, key, outcome)

    private fun taken(): List<SubscriptionNews> {
        if (news.isEmpty()) return emptyList()
        return news.toList().also { news.clear() }
    }
}
