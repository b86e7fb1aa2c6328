package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import java.util.concurrent.atomic.AtomicReference

/**
 * One text or binary message on its way out, and who waits for its outcome.
 *
 * It is offered to a queue once. Who takes it out of the queue, or is refused, owes it its outcome. [onOutcome] runs on
 * the thread that settles, never under a lock, and must neither block nor throw.
 */
internal class OutboundItem(
    val frame: WsFrame,
    onOutcome: (TellOutcome) -> Unit,
) {
    private val waiting = AtomicReference<((TellOutcome) -> Unit)?>(onOutcome)

    /** Size of the payload. */
    val bytes: Int = frame.payload.size

    /** Where it waits, null if nowhere. Written by that lane only, as are the two neighbours. */
    var lane: Lane? = null
    var ahead: OutboundItem? = null
    var behind: OutboundItem? = null

    init {
        require(!frame.kind.isControl) { "frame must be TEXT or BINARY but was ${frame.kind}" }
    }

    /** Tells the outcome to who waits for it; only the first call counts. Safe from any thread. */
    fun settle(outcome: TellOutcome) {
        waiting.getAndSet(null)?.invoke(outcome)
    }
}
