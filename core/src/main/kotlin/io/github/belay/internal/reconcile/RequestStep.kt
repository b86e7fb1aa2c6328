package io.github.belay.internal.reconcile

import io.github.belay.request.WsDelegatedError

/** What a submission asks its caller to do: send the [PendingRequest] that it is, and tell the table what became of it; or one of these. */
internal sealed interface Submission {
    /**
     * Nothing: [request], which is in flight already, serves this waiter too. Its frame may have left meanwhile, when
     * nobody waited for that: see [PendingRequest.isSent].
     */
    class Joined(
        val request: PendingRequest,
    ) : Submission

    /** Nothing but the settlement: the request was refused, or what it asks for has happened already. */
    class Settled(
        val settlements: Settlements,
    ) : Submission
}

/**
 * What has to be done after requests ended: first the withdrawals, then the settlements, which take it that every
 * withdrawal came in time.
 */
internal class RequestStep(
    private val settlements: Settlements,
    /** Requests that nobody waits for any more, and whose frame was not reported as written. */
    val withdrawals: List<PendingRequest>,
) {
    /** The settlements, when the frames of the requests [tooLate] were on their way already: then nobody knows. */
    fun settlementsUnless(tooLate: List<PendingRequest>): Settlements {
        if (tooLate.isNotEmpty()) {
            settlements.amend(tooLate.mapTo(HashSet()) { it.id }) {
                WsDelegatedError.Unconfirmed(it.request.id, "ended while the frame was being written")
            }
        }
        return settlements
    }

    companion object {
        val NOTHING = RequestStep(Settlements.NONE, emptyList())
    }
}
