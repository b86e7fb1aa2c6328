package io.github.belay.internal.outbound

import io.github.belay.outbound.TellOutcome
import kotlinx.coroutines.CompletableDeferred

/** A sender that waits until there is room for all of its [items]. */
internal class SendersTurn(
    val items: List<OutboundItem>,
) {
    /** Why they were never taken; null if they were. Written under the queue's lock, before [over]. */
    var refusal: TellOutcome? = null

    /** Complete when the wait is over. */
    val over: CompletableDeferred<Unit> = CompletableDeferred()
}
