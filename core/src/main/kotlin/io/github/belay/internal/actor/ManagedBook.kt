package io.github.belay.internal.actor

import io.github.belay.frame.WsFrame
import io.github.belay.frame.typeName
import io.github.belay.internal.reconcile.SubscriptionLoss
import io.github.belay.internal.reconcile.SubscriptionNews
import io.github.belay.internal.reconcile.SubscriptionWaiter
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionState
import kotlin.time.Duration

/**
 * A desired set that the user's [manager] keeps. What it wants sent waits here, in order: the replay and, beyond that, at
 * most [maxWaiting] messages.
 */
internal class ManagedBook(
    private val manager: WsSubscriptionManager,
    private val guard: Guard,
    private val maxWaiting: Int,
) : SubscriptionBook {
    private val waiting = ArrayDeque<Item>()
    private val unsettled = LinkedHashSet<Change>()
    private val holders = HashMap<String, Int>()

    /** Messages of a replay that were not flushed. */
    private var replaying = 0

    override var isOpen = false
        private set
    override var isHeld = false
        private set
    override val isReplayed: Boolean get() = replaying == 0
    override val nextDeadline: Duration get() = Duration.INFINITE

    override fun update(
        action: WsSubscriptionAction,
        waiter: SubscriptionWaiter,
    ): List<SubscriptionNews> {
        val change = Change(waiter, keysOf(action), outcomeOf(action))
        change.keys.forEach(waiter::expect)
        waiter.complete()
        val news = apply(if (waiter.isHold) firstHeld(change.keys, waiter) else action, change).orEmpty()
        val hasFailed = news.any { it is SubscriptionNews.Settled && it.outcome is WsSubscriptionOutcome.SendFailed }
        if (hasFailed) noLongerHeld(waiter)
        return news
    }

    override fun release(hold: SubscriptionWaiter): List<SubscriptionNews> {
        val last = noLongerHeld(hold)
        if (last.isEmpty()) return emptyList()
        return apply(
            WsSubscriptionAction.Remove(last),
            Change(null, emptyList(), WsSubscriptionOutcome.Superseded),
        ).orEmpty()
    }

    /** The keys that nobody holds any more. */
    private fun noLongerHeld(hold: SubscriptionWaiter): List<String> {
        val last = hold.held.filter { key -> (holders.merge(key, -1, Int::plus) ?: 0) <= 0 }
        hold.held.clear()
        holders -= last.toSet()
        return last
    }

    /** What the first to hold some of [keys] makes of them; null for nothing. */
    private fun firstHeld(
        keys: List<String>,
        hold: SubscriptionWaiter,
    ): WsSubscriptionAction? {
        val first = keys.filter { hold.held.add(it) && holders.merge(it, 1, Int::plus) == 1 }
        return if (first.isEmpty()) null else WsSubscriptionAction.Add(first)
    }

    // User code may throw anything that is an Exception; it costs this one change.
    @Suppress("TooGenericExceptionCaught")
    private fun apply(
        action: WsSubscriptionAction?,
        change: Change,
    ): List<SubscriptionNews>? {
        if (action == null) return change.settled(WsSubscriptionOutcome.AlreadySubscribed)
        // Before the manager takes it in: afterwards nobody could take it out again.
        if (isOpen && waiting.size >= maxWaiting + replaying) return change.settled(full())
        val frames =
            try {
                manager.updateSubscriptions(action).onEach(::checkData)
            } catch (thrown: Exception) {
                guard.failed("updateSubscriptions", thrown)
                return change.settled(
                    WsSubscriptionOutcome.SendFailed("updateSubscriptions threw ${thrown.typeName()}"),
                )
            }
        return when {
            !isOpen -> change.settled(WsSubscriptionOutcome.Stored)
            frames.isEmpty() -> change.settled(change.outcome)
            else -> null.also { wait(frames, change) }
        }
    }

    private fun full() = WsSubscriptionOutcome.SendFailed("${waiting.size} subscription messages wait already")

    private fun wait(
        frames: List<WsFrame>,
        change: Change,
    ) {
        change.unsent = frames.size
        unsettled += change
        frames.mapTo(waiting) { Item(it, change) }
    }

    override fun open(): Boolean {
        isOpen = true
        isHeld = false
        return resend()
    }

    override fun resend(): Boolean {
        val frames =
            guard.run("initialSubscriptions", null) { manager.initialSubscriptions().onEach(::checkData) }
                ?: return false
        replaying += frames.size
        frames.mapTo(waiting) { Item(it, change = null) }
        return true
    }

    override fun hold() {
        isHeld = true
    }

    override fun unhold() {
        isHeld = false
    }

    override fun next(
        now: Duration,
        tell: (List<SubscriptionNews>) -> Unit,
    ): SubscriptionItem? = if (isHeld) null else waiting.removeFirstOrNull()

    override fun heard(frame: WsFrame): List<SubscriptionNews> {
        val isOne = guard.run("maybeSubscriptionResponse", false) { manager.maybeSubscriptionResponse(frame) }
        if (!isOne) return emptyList()
        val response = guard.run("handleSubscriptionResponse", null) { manager.handleSubscriptionResponse(frame) }
        val rejection = response?.rejection ?: return emptyList()
        return response.keys
            .orEmpty()
            .ifEmpty { listOf("") }
            .map { SubscriptionNews.Rejected(it, rejection) }
    }

    override fun expire(now: Duration): List<SubscriptionNews> = emptyList()

    override fun lost(outcome: WsSubscriptionOutcome): SubscriptionLoss {
        isOpen = false
        isHeld = false
        replaying = 0
        waiting.clear()
        val news = unsettled.flatMap { it.settled(outcome) }
        unsettled.clear()
        return SubscriptionLoss(emptyList(), news)
    }

    override fun states(): Map<String, WsSubscriptionState> = emptyMap()

    private fun outcomeOf(action: WsSubscriptionAction): WsSubscriptionOutcome =
        when (action) {
            is WsSubscriptionAction.Remove, WsSubscriptionAction.Clear -> WsSubscriptionOutcome.Unsubscribed(false)
            is WsSubscriptionAction.Add, is WsSubscriptionAction.Replace -> WsSubscriptionOutcome.Subscribed(false)
        }

    /** One update, whose [waiter] hears [outcome] for [keys] when all its messages have left. */
    private class Change(
        val waiter: SubscriptionWaiter?,
        val keys: List<String>,
        val outcome: WsSubscriptionOutcome,
    ) {
        var unsent = 0

        fun settled(with: WsSubscriptionOutcome): List<SubscriptionNews> =
            waiter?.let { told -> keys.map { SubscriptionNews.Settled(told, it, with) } }.orEmpty()
    }

    private inner class Item(
        frame: WsFrame,
        private val change: Change?,
    ) : SubscriptionItem(frame) {
        override fun sent(now: Duration): List<SubscriptionNews> {
            if (change == null) replaying--
            if (change == null || --change.unsent > 0) return emptyList()
            unsettled -= change
            return change.settled(change.outcome)
        }
    }
}
