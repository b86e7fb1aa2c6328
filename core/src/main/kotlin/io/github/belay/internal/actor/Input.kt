package io.github.belay.internal.actor

import io.github.belay.internal.machine.ConnectionInput
import io.github.belay.internal.machine.LinkInput
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import kotlinx.coroutines.CompletableDeferred

/** One element of the mailbox. */
internal sealed interface Input {
    /** From a user; admitted only while there is room. [Asking] and [Subscribing] are some, too. */
    sealed interface Command : Input

    class Tell(
        val event: WebSocketEvent,
        val outcome: CompletableDeferred<TellOutcome>,
    ) : Command

    class Close(
        val input: ConnectionInput.Close,
    ) : Command

    /** Connect, and complete [ready] when that has worked or can no longer work. */
    class Connect(
        val ready: CompletableDeferred<Unit>,
    ) : Command

    class AwaitReady(
        val ready: CompletableDeferred<Unit>,
    ) : Command

    /** From a session or timer; always admitted, for there are only a few of them for each link. */
    sealed interface Fact : Input

    class OfLink(
        val input: LinkInput,
    ) : Fact

    class OfConnection(
        val input: ConnectionInput,
    ) : Fact

    /** Something to tell the user of the link of [generation], if that is not over. */
    class Notice(
        val generation: Long,
        val event: WsLifecycleEvent,
    ) : Fact

    /** At least one read burst is waiting. */
    data object InboundWaiting : Fact

    /** The message that asks for [topics] afresh has left on the link [generation]. */
    class Resubscribed(
        val generation: Long,
        val topics: List<String>,
    ) : Fact

    /** Requests learnt something away from the actor: their frames have left or were lost, or their callers are gone. */
    data object RequestNews : Fact

    /** The earliest deadline of a request has come. */
    data object DeadlineDue : Fact

    /** A message waits that expires before all others, or the first of them is due. */
    data object MessagesExpire : Fact

    /** Subscriptions learnt something, or waited for long enough. */
    class OfSubscriptions(
        val due: SubscriptionDue,
    ) : Fact

    /** Somebody cancelled the parent, or the actor's coroutine broke. */
    data object Abandoned : Fact
}
