package io.github.belay.internal.actor

import io.github.belay.WebSocketActorConfig
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.WsFrame
import io.github.belay.internal.machine.LinkInput
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.outbound.OutboundSetup
import io.github.belay.internal.reconcile.SubscriptionNews
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.subscription.KeyedSubscriptions
import io.github.belay.subscription.WsSubscriptionFailureAction
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionState
import kotlinx.coroutines.CompletableDeferred
import kotlin.time.Duration

/** What [Subscriptions] keep to. */
internal class SubscriptionLimits(
    outboundCapacity: Int,
    maxQueuedBytes: Long,
    val pacing: Duration = Duration.ZERO,
    val onRejected: WsSubscriptionFailureAction = WsSubscriptionFailureAction.KEEP_LINK,
    val onAckTimeout: WsSubscriptionFailureAction = WsSubscriptionFailureAction.KEEP_LINK,
) {
    // Half of what the queue's lane takes: answers that the protocol demands need room there, too.
    val maxUnsent = (outboundCapacity / 2).coerceIn(1, MAX_UNSENT)
    val maxUnsentBytes = (maxQueuedBytes / 2).coerceAtLeast(1)

    private companion object {
        /** More would bring no more: they leave with one flush. */
        const val MAX_UNSENT = 64
    }
}

/** The subscriptions of a connection as its [endpoint] wants them looked after. */
internal fun subscriptionsOf(
    endpoint: WsEndpointHandler<*>,
    config: WebSocketActorConfig,
    guard: Guard,
    outbound: OutboundQueue,
    clock: Clock,
    timers: Timers,
    post: (Input.Fact) -> Unit,
    tell: (WsLifecycleEvent) -> Unit,
    onRestored: (List<String>) -> Unit = {},
): Subscriptions {
    val (book, limits) =
        when (val wanted = endpoint.subscriptions) {
            is KeyedSubscriptions -> {
                KeyedBook(wanted, guard) to
                    SubscriptionLimits(
                        config.outboundCapacity,
                        config.maxQueuedBytes,
                        wanted.pacing,
                        wanted.onRejected,
                        wanted.onAckTimeout,
                    )
            }

            is WsSubscriptionManager -> {
                ManagedBook(wanted, guard, config.outboundCapacity) to
                    SubscriptionLimits(config.outboundCapacity, config.maxQueuedBytes)
            }
        }
    return Subscriptions(book, limits, outbound, clock, timers, post, tell, onRestored)
}

/** What [Subscriptions] wait for. */
internal enum class SubscriptionDue { NEWS, PACING, ANSWER }

/**
 * Brings each link what the [book] has to say: as many messages at a time as the bounds allow, the next ones when those
 * were flushed. Owned by the actor: not thread-safe, but for [letGo] and [states].
 *
 * @param tell hears of failures
 * @param onRestored hears of keys that a lost link carried, when they are subscribed again
 */
internal class Subscriptions(
    private val book: SubscriptionBook,
    private val limits: SubscriptionLimits,
    private val outbound: OutboundQueue,
    private val clock: Clock,
    private val timers: Timers,
    private val post: (Input.Fact) -> Unit,
    private val tell: (WsLifecycleEvent) -> Unit,
    private val onRestored: (List<String>) -> Unit,
) {
    private class Sent(
        val generation: Long,
        val item: SubscriptionItem,
        val outcome: TellOutcome,
    )

    private var generation = NO_LINK

    /** The replay of this link was not reported as done. */
    private var isReplaying = false
    private var unsent = 0
    private var unsentBytes = 0L

    /** Found no room. */
    private var next: SubscriptionItem? = null
    private var isPacing = false
    private var armedFor = Duration.INFINITE
    private val resends = ArrayList<CompletableDeferred<TellOutcome>>()

    private val lock = Any()

    // What others than the actor learn. Guarded by [lock]; no more than messages on their way, and holds that exist.
    private var sent = ArrayList<Sent>()
    private var letGo = ArrayList<Subscribing>()

    /** Where each key stands. Safe from any thread. */
    fun states(): Map<String, WsSubscriptionState> = book.states()

    /** The keys that a link is to be asked for; empty for a manager of one's own. */
    fun wanted(): Set<String> =
        book.states().filterValues { it != WsSubscriptionState.REMOVING && it != WsSubscriptionState.REJECTED }.keys

    /** [hold] lets go. Safe from any thread, and never refused. */
    fun letGo(hold: Subscribing) {
        hold.isOver = true
        learn { letGo += hold }
    }

    fun update(change: Subscribing) {
        if (change.isOver) return change.refuse(WsSubscriptionOutcome.Superseded)
        perform(book.update(change.action, change))
        pump()
    }

    /** The link of [generation] may be told about subscriptions from now on. */
    fun open(generation: Long) {
        this.generation = generation
        isReplaying = true
        if (book.open()) pump() else broken()
    }

    /** Holds everything back until [unhold]. */
    fun hold() = book.hold()

    fun unhold() {
        book.unhold()
        pump()
    }

    /** Tells the link everything once more, and [outcome] when that has left. */
    fun resend(outcome: CompletableDeferred<TellOutcome>) {
        when {
            !book.isOpen || isReplaying -> {
                outcome.complete(TellOutcome.NotDelivered("connection not ready"))
            }

            book.isHeld -> {
                outcome.complete(TellOutcome.NotDelivered("not authenticated"))
            }

            else -> {
                resends += outcome
                if (book.resend()) pump() else broken()
            }
        }
    }

    /** [frame] came in. */
    fun heard(frame: WsFrame) {
        val news = book.heard(frame)
        if (news.isEmpty()) return
        perform(news)
        pump()
    }

    fun onDue(due: SubscriptionDue) {
        when (due) {
            SubscriptionDue.NEWS -> {
                takeNews()
            }

            SubscriptionDue.PACING -> {
                isPacing = false
            }

            SubscriptionDue.ANSWER -> {
                armedFor = Duration.INFINITE
                perform(book.expire(clock.now()))
            }
        }
        pump()
    }

    /**
     * The link is gone: the keys that it carried and that are still wanted, in the order of their coming. [outcome] is for
     * those who wait.
     */
    fun lost(outcome: WsSubscriptionOutcome): List<String> {
        takeNews()
        generation = NO_LINK
        isReplaying = false
        unsent = 0
        unsentBytes = 0
        next = null
        isPacing = false
        armedFor = Duration.INFINITE
        timers.disarm(Timer.PACING)
        timers.disarm(Timer.ANSWER)
        val loss = book.lost(outcome)
        perform(loss.news)
        resends.forEach { it.complete(TellOutcome.NotDelivered("link ended")) }
        resends.clear()
        return loss.affected
    }

    /** Offers what there is room for, and sees what has come to its end by that. */
    private fun pump() {
        if (generation == NO_LINK) return
        // What is taken and found no room waits as well while subscriptions are held back.
        while (!isPacing && !book.isHeld) {
            val item = next ?: book.next(clock.now(), ::perform) ?: break
            next = item
            if (!hasRoom(item)) break
            next = null
            offer(item)
        }
        if (book.isReplayed && next == null) replayed()
        armAnswer()
    }

    /** A message larger than the bound goes alone. */
    private fun hasRoom(item: SubscriptionItem): Boolean =
        unsent == 0 || (unsent < limits.maxUnsent && unsentBytes + item.bytes <= limits.maxUnsentBytes)

    private fun offer(item: SubscriptionItem) {
        unsent++
        unsentBytes += item.bytes
        if (limits.pacing > Duration.ZERO) {
            isPacing = true
            timers.arm(Timer.PACING, limits.pacing, Input.OfSubscriptions(SubscriptionDue.PACING))
        }
        val of = generation
        outbound.offerSetup(
            of,
            listOf(OutboundSetup(item.frame) { outcome -> learn { sent += Sent(of, item, outcome) } }),
        )
    }

    private fun replayed() {
        if (isReplaying) {
            isReplaying = false
            post(Input.OfLink(LinkInput.ReplayWritten(generation)))
        }
        resends.forEach { it.complete(TellOutcome.Done) }
        resends.clear()
    }

    private fun armAnswer() {
        val due = book.nextDeadline
        if (due >= armedFor) return
        armedFor = due
        timers.arm(Timer.ANSWER, due - clock.now(), Input.OfSubscriptions(SubscriptionDue.ANSWER))
    }

    private inline fun learn(add: () -> Unit) {
        val isFirst =
            synchronized(lock) {
                val wasEmpty = sent.isEmpty() && letGo.isEmpty()
                add()
                wasEmpty
            }
        if (isFirst) post(Input.OfSubscriptions(SubscriptionDue.NEWS))
    }

    private fun takeNews() {
        val (heard, gone) =
            synchronized(lock) { (sent to letGo).also { sent = ArrayList() }.also { letGo = ArrayList() } }
        heard.filter { it.generation == generation }.forEach(::learnt)
        gone.forEach { perform(book.release(it)) }
    }

    private fun learnt(news: Sent) {
        unsent--
        unsentBytes -= news.item.bytes
        when (news.outcome) {
            TellOutcome.Done -> {
                // A long replay takes its time; it is a standstill that the limit is about.
                if (isReplaying) timers.restart(Timer.SETUP)
                perform(news.item.sent(clock.now()))
            }

            is TellOutcome.QueueFull, is TellOutcome.Dropped -> {
                trouble(WsDisconnectCause.InternalError("subscriptions", "not delivered: ${news.outcome}"))
            }

            // The link is about to be gone.
            is TellOutcome.NotDelivered, is TellOutcome.Unknown, TellOutcome.Closed -> {
                return
            }
        }
    }

    private fun broken() = trouble(WsDisconnectCause.InternalError("replay", "initialSubscriptions threw"))

    private fun trouble(cause: WsDisconnectCause) = post(Input.OfLink(LinkInput.Troubled(generation, cause)))

    private fun perform(news: List<SubscriptionNews>) {
        news.filterIsInstance<SubscriptionNews.Settled>().forEach { it.waiter.settle(it.key, it.outcome) }
        val restored = news.filterIsInstance<SubscriptionNews.Restored>().map { it.key }
        if (restored.isNotEmpty()) onRestored(restored)
        for ((text, keys) in news.filterIsInstance<SubscriptionNews.Rejected>().groupBy({ it.text }, { it.key })) {
            failed(keys.filter { it.isNotEmpty() }, text, isRejected = true, limits.onRejected)
        }
        val unconfirmed = news.filterIsInstance<SubscriptionNews.Unconfirmed>().map { it.key }
        if (unconfirmed.isNotEmpty()) {
            failed(
                unconfirmed,
                "not answered in time",
                isRejected = false,
                limits.onAckTimeout,
            )
        }
    }

    private fun failed(
        keys: List<String>,
        text: String,
        isRejected: Boolean,
        action: WsSubscriptionFailureAction,
    ) {
        tell(WsLifecycleEvent.SubscriptionFailed(keys, text, isRejected))
        if (action == WsSubscriptionFailureAction.RECONNECT) trouble(WsDisconnectCause.ServerError(null, text))
    }

    private companion object {
        const val NO_LINK = -1L
    }
}
