package io.github.belay.internal.reconcile

import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsRequestMatch
import kotlin.time.Duration

/**
 * The requests in flight on one connection, and who waits for each.
 *
 * It decides and does nothing: every function returns the settlements to perform, and time comes in as a parameter,
 * counted from the connection's epoch. Each waiter that was submitted is settled exactly once, or was cancelled. A
 * request that is over leaves nothing behind. Not thread-safe.
 *
 * @param maxPending bound of the requests in flight, and of the waiters of each
 * @param onFrameOutcome what the requests are given to hear what becomes of their frames
 */
internal class RequestTable(
    private val maxPending: Int,
    private val onFrameOutcome: (PendingRequest, TellOutcome) -> Unit,
) {
    private val requests = PendingRequests()

    /** No waiter's deadline lies before this. It rises only by a sweep, so that no request needs a timer of its own. */
    private var sweepAt = Duration.INFINITE

    /** Requests in flight. */
    val size: Int get() = requests.size

    /** Answers to requests that are not in flight, so far. */
    var orphans: Long = 0
        private set

    /** Requests that joined another one, so far. */
    var joined: Long = 0
        private set

    /**
     * When to call [expire] next; infinite when nobody waits. Never later than the first deadline. It may be earlier if
     * the waiter it stood for is gone: [expire] then finds nothing due and moves it on.
     */
    val nextDeadline: Duration get() = if (size == 0) Duration.INFINITE else sweepAt

    init {
        require(maxPending >= 1) { "maxPending must be >= 1 but was $maxPending" }
    }

    /** Takes in the request of [waiter]. */
    fun submit(
        waiter: RequestWaiter,
        now: Duration,
    ): Submission {
        val request = waiter.request
        val pending = requests[request.id]
        return when {
            waiter.deadline <= now -> settled(waiter, overdue(request.id, awaited(pending)))
            pending == null -> insert(waiter)
            !pending.isSameAs(request) -> settled(waiter, WsDelegatedError.PayloadMismatch(request.id))
            else -> join(pending, waiter)
        }
    }

    /** The frame of [pending] was flushed. */
    fun written(pending: PendingRequest): Settlements {
        if (pending.isOver) return Settlements.NONE
        pending.isSent = true
        if (!pending.awaitsFlush) return Settlements.NONE
        val settlements = Settlements.Builder()
        pending.release(settlements, { it.request.mode == WsConfirmMode.SENT }) { sent(pending.id) }
        if (pending.isOver) requests.remove(pending)
        return settlements.build()
    }

    /** The frame of [pending] will certainly never be written, because of [text]. */
    fun unwritten(
        pending: PendingRequest,
        text: String,
    ): Settlements = end(pending) { WsDelegatedError.NotDelivered(pending.id, text) }

    /** Nobody can know whether the frame of [pending] was written, because of [text]. */
    fun unknown(
        pending: PendingRequest,
        text: String,
    ): Settlements = end(pending) { WsDelegatedError.Unconfirmed(pending.id, text) }

    /**
     * The endpoint recognised [response] as an answer. It changes nothing if nobody waits for one. An answer proves that
     * the frame was written, whichever news comes first.
     */
    fun matched(
        match: WsRequestMatch,
        response: WsFrame,
    ): Settlements {
        val pending = requests[match.id]
        if (pending == null) orphans++
        if (pending == null || !pending.awaitsAnswer) return Settlements.NONE
        requests.remove(pending)
        val answer = answer(match, response)
        return pending.releaseAll { if (it.request.mode == WsConfirmMode.SENT) sent(pending.id) else answer }
    }

    /** Ends the wait of everybody whose deadline is not after [now]; others who wait for the same request wait on. */
    fun expire(now: Duration): RequestStep {
        if (sweepAt > now) return RequestStep.NOTHING
        val settlements = Settlements.Builder()
        val withdrawals = ArrayList<PendingRequest>()
        sweepAt = Duration.INFINITE
        requests.forEach { pending ->
            if (pending.deadline <= now) {
                val outcome = overdue(pending, now)
                pending.release(settlements, { it.deadline <= now }) { outcome }
            }
            if (pending.isOver) {
                requests.remove(pending)
                if (!pending.isSent) withdrawals += pending
            }
            sweepAt = sweepAt.orEarlier(pending.deadline)
        }
        return RequestStep(settlements.build(), withdrawals)
    }

    /**
     * The link is gone and no news of its frames will come any more. Requests not reported as written were not; the
     * others will never be answered. The table is empty afterwards, and every id may be used again.
     */
    fun lost(cause: WsDisconnectCause): RequestStep {
        val text = "connection lost: $cause"
        val settlements = Settlements.Builder()
        val withdrawals = ArrayList<PendingRequest>()
        requests.forEach { pending ->
            requests.remove(pending)
            if (!pending.isSent) withdrawals += pending
            pending.release(settlements, { true }) {
                if (pending.isSent) {
                    WsDelegatedError.Unconfirmed(pending.id, text)
                } else {
                    WsDelegatedError.NotDelivered(pending.id, text)
                }
            }
        }
        return RequestStep(settlements.build(), withdrawals)
    }

    /**
     * The caller of [waiter] has gone away; others are not touched. Its request if that is to be withdrawn: nobody else
     * waits for it, and its frame was not reported as written.
     */
    fun cancel(waiter: RequestWaiter): PendingRequest? {
        val pending = requests[waiter.request.id]
        if (pending == null || !pending.remove(waiter) || !pending.isOver) return null
        requests.remove(pending)
        return pending.takeUnless { it.isSent }
    }

    private fun insert(waiter: RequestWaiter): Submission {
        val request = waiter.request
        if (size >= maxPending) return settled(waiter, WsDelegatedError.TooManyPending(request.id, maxPending))
        if (size == 0) sweepAt = Duration.INFINITE
        val pending = PendingRequest(request, onFrameOutcome)
        requests.add(pending)
        await(pending, waiter)
        return pending
    }

    private fun join(
        pending: PendingRequest,
        waiter: RequestWaiter,
    ): Submission {
        val isSent = pending.isSent && waiter.request.mode == WsConfirmMode.SENT
        if (!isSent && pending.waiting >= maxPending) {
            return settled(waiter, WsDelegatedError.TooManyPending(pending.id, maxPending))
        }
        joined++
        if (isSent) return settled(waiter, sent(pending.id))
        await(pending, waiter)
        return Submission.Joined(pending)
    }

    private fun await(
        pending: PendingRequest,
        waiter: RequestWaiter,
    ) {
        pending.add(waiter)
        sweepAt = sweepAt.orEarlier(waiter.deadline)
    }

    private inline fun end(
        pending: PendingRequest,
        outcome: () -> WsDelegatedOutcome,
    ): Settlements {
        if (pending.isOver) return Settlements.NONE
        requests.remove(pending)
        val told = outcome()
        return pending.releaseAll { told }
    }

    private fun settled(
        waiter: RequestWaiter,
        outcome: WsDelegatedOutcome,
    ): Submission = Submission.Settled(Settlements.of(waiter, outcome))

    private fun sent(id: Long): WsDelegatedOutcome =
        WsDelegatedOk(id, confirmed = false, response = null, feedback = null)

    private fun answer(
        match: WsRequestMatch,
        response: WsFrame,
    ): WsDelegatedOutcome {
        val rejection = match.rejection ?: return WsDelegatedOk(match.id, confirmed = true, response, match.feedback)
        return WsDelegatedError.EndpointRejected(match.id, rejection, response, match.feedback)
    }

    private fun overdue(
        pending: PendingRequest,
        now: Duration,
    ): WsDelegatedOutcome =
        overdue(
            pending.id,
            when {
                pending.isSent -> CONFIRMATION
                pending.lastDeadline > now -> OTHERS
                else -> SEND
            },
        )

    /** What a waiter that comes too late would have waited for. */
    private fun awaited(pending: PendingRequest?): String =
        when {
            pending == null -> SEND
            pending.isSent -> CONFIRMATION
            else -> OTHERS
        }

    private fun overdue(
        id: Long,
        text: String,
    ): WsDelegatedOutcome = WsDelegatedError.Unconfirmed(id, "deadline passed $text")

    private companion object {
        const val CONFIRMATION = "awaiting confirmation"

        /** The frame is withdrawn. */
        const val SEND = "awaiting send"

        /** The frame is not withdrawn. */
        const val OTHERS = "while others still wait"
    }
}
