package io.github.belay.internal.reconcile

import io.github.belay.subscription.WsSubscriptionOutcome

/**
 * One who changed the desired set and is owed an outcome for each key. Not thread-safe.
 *
 * @param isHold true for a holder of its own, false for the one holder that all sets and removals are together
 */
internal abstract class SubscriptionWaiter(
    val isHold: Boolean,
) {
    private val outcomes = LinkedHashMap<String, WsSubscriptionOutcome?>()
    private var unsettled = 0
    private var isComplete = false

    /** The keys that this one holds. Written by the table. */
    val held = LinkedHashSet<String>()

    /** The change is about [key]. */
    fun expect(key: String) {
        if (key in outcomes) return
        outcomes[key] = null
        unsettled++
    }

    /** There are no keys but those expected so far. */
    fun complete() {
        isComplete = true
        tellIfDone()
    }

    /** What became of [key]; only the first word counts. */
    fun settle(
        key: String,
        outcome: WsSubscriptionOutcome,
    ) {
        if (key !in outcomes || outcomes[key] != null) return
        outcomes[key] = outcome
        unsettled--
        tellIfDone()
    }

    /** Gives what is unsettled [outcome]. */
    fun settleAll(outcome: WsSubscriptionOutcome) = outcomes.keys.toList().forEach { settle(it, outcome) }

    private fun tellIfDone() {
        if (!isComplete || unsettled > 0) return
        tell(outcomes.entries.associateTo(LinkedHashMap()) { (key, outcome) -> key to checkNotNull(outcome) })
    }

    /** Called once, with an outcome for each key. */
    protected abstract fun tell(outcomes: Map<String, WsSubscriptionOutcome>)
}
