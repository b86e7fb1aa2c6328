package io.github.belay.internal.reconcile

import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedOutcome
import kotlin.time.Duration

/** One caller that waits for the outcome of a request. It is submitted once. */
internal class RequestWaiter(
    val mode: WsConfirmMode,
    /** When it stops waiting, counted from the connection's epoch. */
    val deadline: Duration,
    /** Tells the caller. The table never calls it; see [Settlement]. */
    val settle: (WsDelegatedOutcome) -> Unit,
) {
    /** The request it waits for; [NOT_SUBMITTED] before. Written by the table only. */
    var token: Long = NOT_SUBMITTED

    companion object {
        const val NOT_SUBMITTED: Long = 0
    }
}

/** That [waiter] is to hear of [outcome]: a decision, until somebody performs it. */
internal class Settlement(
    val waiter: RequestWaiter,
    val outcome: WsDelegatedOutcome,
) {
    fun perform() = waiter.settle(outcome)
}
