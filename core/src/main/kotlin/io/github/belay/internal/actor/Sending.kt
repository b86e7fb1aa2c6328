package io.github.belay.internal.actor

import io.github.belay.internal.outbound.OutboundGroup
import io.github.belay.internal.outbound.OutboundItem
import io.github.belay.internal.outbound.OutboundMessage
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.outbound.WsOverflow
import kotlinx.coroutines.CompletableDeferred
import kotlin.time.Duration

/** Puts what users send into the outbound queue, past the mailbox. Safe from any thread. */
internal class Sending(
    private val outbound: OutboundQueue,
    private val overflow: WsOverflow,
    private val clock: Clock,
) {
    /** Hands [event] over, or tells why not, in [outcome]. */
    fun tell(
        event: WebSocketEvent.Send,
        outcome: CompletableDeferred<TellOutcome>,
    ) {
        val refusal =
            when (event) {
                is WebSocketEvent.SendMessage -> outbound.offer(message(event, outcome))
                is WebSocketEvent.SendBatch -> outbound.offerAll(batch(event, outcome))
            }
        refusal?.let(outcome::complete)
    }

    /** [tell]; where the overflow strategy says that a sender waits for room, this does. */
    suspend fun send(
        event: WebSocketEvent.Send,
        outcome: CompletableDeferred<TellOutcome>,
    ) {
        if (overflow != WsOverflow.BLOCK) return tell(event, outcome)
        val items =
            when (event) {
                is WebSocketEvent.SendMessage -> listOf(message(event, outcome))
                is WebSocketEvent.SendBatch -> batch(event, outcome)
            }
        outbound.offerInTurn(items)?.let(outcome::complete)
    }

    private fun message(
        event: WebSocketEvent.SendMessage,
        outcome: CompletableDeferred<TellOutcome>,
    ): OutboundItem = OutboundMessage(event.frame, outcome, expiry(event.timeToLive))

    private fun batch(
        event: WebSocketEvent.SendBatch,
        outcome: CompletableDeferred<TellOutcome>,
    ): List<OutboundItem> = OutboundGroup(event.frames, expiry(event.timeToLive), outcome).items

    /** The clock is looked at only for what expires. */
    private fun expiry(timeToLive: Duration): Duration =
        if (timeToLive == Duration.INFINITE) timeToLive else clock.now() + timeToLive
}
