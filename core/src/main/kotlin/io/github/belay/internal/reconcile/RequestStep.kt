package io.github.belay.internal.reconcile

import io.github.belay.frame.WsFrame
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOutcome

/** What a submission asks its caller to do. */
internal sealed interface Submission {
    /** Send [frame], and tell the table under [token] what became of it. */
    class Send(
        val token: Long,
        val frame: WsFrame,
    ) : Submission

    /** Nothing: a request that is in flight already serves this waiter too. */
    data object Joined : Submission

    /** Nothing but the settlement: the request was refused, or what it asks for has happened already. */
    class Settled(
        val settlement: Settlement,
    ) : Submission
}

/**
 * What has to be done after requests ended: first the withdrawals, then the settlements, which take it that every
 * withdrawal came in time.
 */
internal class RequestStep(
    val settlements: List<Settlement>,
    /** Tokens of requests that nobody waits for any more, and whose frame was not reported as written. */
    val withdrawals: List<Long>,
) {
    /** The settlements, when the frames of the requests [tooLate] were on their way already: then nobody knows. */
    fun settlementsUnless(tooLate: Set<Long>): List<Settlement> =
        if (tooLate.isEmpty()) {
            settlements
        } else {
            settlements.map { if (it.waiter.token in tooLate) Settlement(it.waiter, unknown(it.outcome.id)) else it }
        }

    private fun unknown(id: Long): WsDelegatedOutcome =
        WsDelegatedError.Unconfirmed(id, "ended while the frame was being written")

    companion object {
        val NOTHING = RequestStep(emptyList(), emptyList())
    }
}
