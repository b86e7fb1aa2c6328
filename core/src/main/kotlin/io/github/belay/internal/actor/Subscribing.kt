package io.github.belay.internal.actor

import io.github.belay.internal.reconcile.SubscriptionWaiter
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionHold
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionState
import io.github.belay.subscription.WsSubscriptions
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.Volatile

/** A change of the desired set, who waits for its outcome, and the command that takes it to the actor. */
internal class Subscribing(
    val action: WsSubscriptionAction,
    isHold: Boolean,
) : SubscriptionWaiter(isHold),
    Input.Command {
    val outcome = CompletableDeferred<Map<String, WsSubscriptionOutcome>>()

    /** A hold that was let go, perhaps before its turn came. */
    @Volatile
    var isOver = false

    override fun tell(outcomes: Map<String, WsSubscriptionOutcome>) {
        outcome.complete(outcomes)
    }

    /** Changes nothing and ends as [outcome]. */
    fun refuse(outcome: WsSubscriptionOutcome) {
        keysOf(action).forEach(::expect)
        complete()
        settleAll(outcome)
    }
}

/** The keys that [action] names. */
internal fun keysOf(action: WsSubscriptionAction): List<String> =
    when (action) {
        is WsSubscriptionAction.Add -> action.keys
        is WsSubscriptionAction.Remove -> action.keys
        is WsSubscriptionAction.Replace -> action.keys
        WsSubscriptionAction.Clear -> emptyList()
    }

/** The user's side of [Subscriptions]. Safe from any thread. */
internal class SubscriptionDoor(
    private val subscriptions: Subscriptions,
    private val offer: (Input.Command) -> Admission,
) : WsSubscriptions {
    override fun add(vararg keys: String) = update(WsSubscriptionAction.Add(keys.asList()))

    override fun remove(vararg keys: String) = update(WsSubscriptionAction.Remove(keys.asList()))

    override fun replace(keys: Collection<String>) = update(WsSubscriptionAction.Replace(keys))

    override fun clear() = update(WsSubscriptionAction.Clear)

    override fun update(action: WsSubscriptionAction): Deferred<Map<String, WsSubscriptionOutcome>> =
        told(Subscribing(action, isHold = false)).outcome

    override fun hold(vararg keys: String): WsSubscriptionHold =
        Hold(told(Subscribing(WsSubscriptionAction.Add(keys.asList()), isHold = true)), subscriptions::letGo)

    override fun states(): Map<String, WsSubscriptionState> = subscriptions.states()

    private fun told(change: Subscribing): Subscribing {
        val admission = offer(change)
        if (admission == Admission.CLOSED) change.refuse(WsSubscriptionOutcome.Closed)
        if (admission == Admission.FULL) change.refuse(FULL)
        return change
    }

    private class Hold(
        private val change: Subscribing,
        private val letGo: (Subscribing) -> Unit,
    ) : WsSubscriptionHold {
        private val isOver = AtomicBoolean()
        override val keys: List<String> = (change.action as WsSubscriptionAction.Add).keys
        override val outcome: Deferred<Map<String, WsSubscriptionOutcome>> get() = change.outcome

        override fun close() {
            if (isOver.compareAndSet(false, true)) letGo(change)
        }
    }

    private companion object {
        val FULL = WsSubscriptionOutcome.SendFailed("${Mailbox.MAX_COMMANDS} commands are waiting")
    }
}
