package io.github.belay.internal.reconcile

import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionResponse
import io.github.belay.subscription.WsSubscriptionState
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Whoever changes the set, and what that came to. */
internal class Changer(
    isHold: Boolean = false,
) : SubscriptionWaiter(isHold) {
    var told: Map<String, WsSubscriptionOutcome>? = null
        private set

    /** What was told, in words: `a=Stored b=AlreadySubscribed`; null while something is open. */
    val words: String? get() = told?.entries?.joinToString(" ") { "${it.key}=${it.value}" }

    override fun tell(outcomes: Map<String, WsSubscriptionOutcome>) {
        check(told == null) { "told twice" }
        told = outcomes
    }
}

/** A table whose news are performed at once, and the messages that it gave. */
internal class Desk(
    maxKeysPerMessage: Int = 100,
    ackTimeout: Duration? = null,
    forgivesWithLink: Boolean = false,
) {
    val table = SubscriptionTable(maxKeysPerMessage, ackTimeout, forgivesWithLink)
    val restored = ArrayList<String>()
    val failures = ArrayList<String>()
    var now = 0.seconds

    fun change(action: WsSubscriptionAction): Changer = Changer().also { table.update(action, it).let(::perform) }

    fun add(vararg keys: String): Changer = change(WsSubscriptionAction.Add(keys.asList()))

    fun remove(vararg keys: String): Changer = change(WsSubscriptionAction.Remove(keys.asList()))

    fun replace(vararg keys: String): Changer = change(WsSubscriptionAction.Replace(keys.asList()))

    fun hold(vararg keys: String): Changer =
        Changer(isHold = true).also { table.update(WsSubscriptionAction.Add(keys.asList()), it).let(::perform) }

    fun release(hold: Changer) = table.release(hold).let(::perform)

    /** What is to be sent now, taken and not flushed. */
    fun take(): List<SubscriptionMessage> = generateSequence { table.next() }.toList()

    /** What is to be sent now, taken and flushed, in words: `+a b` and `-c`. */
    fun flush(): List<String> = take().onEach { table.sent(it, now).let(::perform) }.map { it.words }

    fun states(): Map<String, WsSubscriptionState> = table.states()

    fun perform(news: List<SubscriptionNews>) =
        news.forEach {
            when (it) {
                is SubscriptionNews.Settled -> it.waiter.settle(it.key, it.outcome)
                is SubscriptionNews.Restored -> restored += it.key
                is SubscriptionNews.Rejected -> failures += "${it.key}: ${it.text}"
                is SubscriptionNews.Unconfirmed -> failures += "${it.key} is unconfirmed"
            }
        }
}

/** `+a b` or `-c`. */
internal val SubscriptionMessage.words: String
    get() = (if (operation == SubscriptionOperation.SUBSCRIBE) "+" else "-") + keys.joinToString(" ")

internal fun acknowledged(vararg keys: String) = WsSubscriptionResponse.acknowledged(keys.asList())

internal fun rejected(vararg keys: String) = WsSubscriptionResponse.rejected(keys.asList(), "no")
