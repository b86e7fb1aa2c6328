package io.github.belay.internal.reconcile

import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
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
 */
internal class RequestTable(
    private val maxPending: Int,
) {
    private val byId = LinkedHashMap<Long, PendingRequest>()
    private val byToken = HashMap<Long, PendingRequest>()
    private var lastToken = RequestWaiter.NOT_SUBMITTED

    /** No waiter's deadline lies before this. It rises only by a sweep, so that no request needs a timer of its own. */
    private var sweepAt = Duration.INFINITE

    /** Requests in flight. */
    val size: Int get() = byId.size

    /** Answers to requests that are not in flight, so far. */
    var orphans: Long = 0
        private set

    /** Requests that joined another one, so far. */
    var joined: Long = 0
        private set

    /**
     * When to call [expire] next; null when nobody waits. Never later than the first deadline. It may be earlier if the
     * waiter it stood for is gone: [expire] then finds nothing due and moves it on.
     */
    val nextDeadline: Duration? get() = if (byId.isEmpty()) null else sweepAt

    init {
        require(maxPending >= 1) { "maxPending must be >= 1 but was $maxPending" }
    }

    /** Takes in [request], for which [waiter] waits. */
    fun submit(
        request: WsDelegatedRequest,
        waiter: RequestWaiter,
        now: Duration,
    ): Submission {
        require(waiter.token == RequestWaiter.NOT_SUBMITTED) { "a waiter must be submitted once" }
        val pending = byId[request.id]
        return when {
            waiter.deadline <= now -> settled(waiter, overdue(request.id, awaited(pending)))
            pending == null -> insert(request, waiter)
            pending.fingerprint != request.fingerprint -> settled(waiter, WsDelegatedError.PayloadMismatch(request.id))
            else -> join(pending, waiter)
        }
    }

    /** The frame of [token] was flushed. */
    fun written(token: Long): List<Settlement> {
        val pending = byToken[token] ?: return emptyList()
        pending.isSent = true
        val settled = pending.settle(sent(pending.id)) { it.mode == WsConfirmMode.SENT }
        if (pending.waiting == 0) remove(pending)
        return settled
    }

    /** The frame of [token] will certainly never be written, because of [text]. */
    fun unwritten(
        token: Long,
        text: String,
    ): List<Settlement> = end(byToken[token]) { WsDelegatedError.NotDelivered(it.id, text) }

    /** Nobody can know whether the frame of [token] was written, because of [text]. */
    fun unknown(
        token: Long,
        text: String,
    ): List<Settlement> = end(byToken[token]) { WsDelegatedError.Unconfirmed(it.id, text) }

    /**
     * The endpoint recognised [response] as an answer. It changes nothing if nobody waits for one. An answer proves that
     * the frame was written, whichever news comes first.
     */
    fun matched(
        match: WsRequestMatch,
        response: WsFrame,
    ): List<Settlement> {
        val pending = byId[match.id]
        if (pending == null) orphans++
        if (pending == null || !pending.awaitsAnswer) return emptyList()
        remove(pending)
        val answer = answer(match, response)
        return pending.settleAll { if (it.mode == WsConfirmMode.SENT) sent(pending.id) else answer }
    }

    /** Ends the wait of everybody whose deadline is not after [now]; others who wait for the same request wait on. */
    fun expire(now: Duration): RequestStep {
        if (sweepAt > now) return RequestStep.NOTHING
        val settlements = ArrayList<Settlement>()
        val withdrawals = ArrayList<Long>()
        sweepAt = Duration.INFINITE
        val all = byId.values.iterator()
        for (pending in all) {
            settlements += pending.settle(overdue(pending, now)) { it.deadline <= now }
            if (pending.waiting == 0) {
                all.remove()
                byToken.remove(pending.token)
                if (!pending.isSent) withdrawals += pending.token
            }
            sweepAt = minOf(sweepAt, pending.deadline)
        }
        return RequestStep(settlements, withdrawals)
    }

    /**
     * The link is gone and no news of its frames will come any more. Requests not reported as written were not; the
     * others will never be answered. The table is empty afterwards, and every id may be used again.
     */
    fun lost(cause: WsDisconnectCause): RequestStep {
        val text = "connection lost: $cause"
        val over = byId.values.toList()
        byId.clear()
        byToken.clear()
        return RequestStep(
            settlements =
                over.flatMap { pending ->
                    pending.settleAll {
                        if (pending.isSent) {
                            WsDelegatedError.Unconfirmed(pending.id, text)
                        } else {
                            WsDelegatedError.NotDelivered(pending.id, text)
                        }
                    }
                },
            withdrawals = over.filterNot { it.isSent }.map { it.token },
        )
    }

    /**
     * The caller of [waiter] has gone away; others are not touched. The token of its request if that is to be withdrawn:
     * nobody else waits for it, and its frame was not reported as written.
     */
    fun cancel(waiter: RequestWaiter): Long? {
        val pending = byToken[waiter.token]
        if (pending == null || !pending.remove(waiter) || pending.waiting > 0) return null
        remove(pending)
        return pending.token.takeUnless { pending.isSent }
    }

    private fun insert(
        request: WsDelegatedRequest,
        waiter: RequestWaiter,
    ): Submission {
        if (byId.size >= maxPending) return settled(waiter, WsDelegatedError.TooManyPending(request.id, maxPending))
        if (byId.isEmpty()) sweepAt = Duration.INFINITE
        val pending = PendingRequest(request.id, request.fingerprint, ++lastToken)
        byId[pending.id] = pending
        byToken[pending.token] = pending
        await(pending, waiter)
        return Submission.Send(pending.token, request.frame)
    }

    private fun join(
        pending: PendingRequest,
        waiter: RequestWaiter,
    ): Submission {
        val isSent = pending.isSent && waiter.mode == WsConfirmMode.SENT
        if (!isSent && pending.waiting >= maxPending) {
            return settled(waiter, WsDelegatedError.TooManyPending(pending.id, maxPending))
        }
        joined++
        if (isSent) return settled(waiter, sent(pending.id))
        await(pending, waiter)
        return Submission.Joined
    }

    private fun await(
        pending: PendingRequest,
        waiter: RequestWaiter,
    ) {
        pending.add(waiter)
        sweepAt = minOf(sweepAt, waiter.deadline)
    }

    private inline fun end(
        pending: PendingRequest?,
        outcome: (PendingRequest) -> WsDelegatedOutcome,
    ): List<Settlement> {
        if (pending == null) return emptyList()
        remove(pending)
        val told = outcome(pending)
        return pending.settleAll { told }
    }

    private fun remove(pending: PendingRequest) {
        byId.remove(pending.id)
        byToken.remove(pending.token)
    }

    private fun settled(
        waiter: RequestWaiter,
        outcome: WsDelegatedOutcome,
    ): Submission = Submission.Settled(Settlement(waiter, outcome))

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
