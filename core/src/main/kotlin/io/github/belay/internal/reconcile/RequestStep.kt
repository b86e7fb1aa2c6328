package io.github.belay.internal.reconcile

import io.github.belay.frame.WsFrame

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

/** What has to be done after requests ended: first the withdrawals, then the settlements. */
internal class RequestStep(
    val settlements: List<Settlement>,
    /** Tokens of requests that nobody waits for any more, and whose frame was not reported as written. */
    val withdrawals: List<Long>,
) {
    companion object {
        val NOTHING = RequestStep(emptyList(), emptyList())
    }
}
