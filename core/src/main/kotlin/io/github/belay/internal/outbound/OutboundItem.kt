package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import kotlinx.coroutines.CompletableDeferred

/**
 * One text or binary message on its way out.
 *
 * It is offered to a queue once. Who takes it out of the queue, or is refused, owes it its outcome, once: [settle] runs on
 * the thread that settles, never under a lock, and must neither block nor throw.
 */
internal abstract class OutboundItem {
    /** What is to be written; no control frame. */
    abstract val frame: WsFrame

    /** Size of the payload. */
    val bytes: Int get() = frame.payload.size

    /** Where it waits, null if nowhere. Written by that lane only, as are the two neighbours. */
    var lane: Lane? = null
    var ahead: OutboundItem? = null
    var behind: OutboundItem? = null

    /** Tells [outcome] to who waits for it. */
    abstract fun settle(outcome: TellOutcome)
}

/** A message and the [outcome] that its sender may wait for. */
internal class OutboundMessage(
    override val frame: WsFrame,
    val outcome: CompletableDeferred<TellOutcome>,
) : OutboundItem() {
    init {
        requireData(frame)
    }

    override fun settle(outcome: TellOutcome) {
        this.outcome.complete(outcome)
    }
}

/** A message whose outcome goes to [onOutcome]. */
internal class OutboundSetup(
    override val frame: WsFrame,
    private val onOutcome: (TellOutcome) -> Unit,
) : OutboundItem() {
    init {
        requireData(frame)
    }

    override fun settle(outcome: TellOutcome) = onOutcome(outcome)
}

private fun requireData(frame: WsFrame) =
    require(!frame.kind.isControl) { "frame must be TEXT or BINARY but was ${frame.kind}" }
