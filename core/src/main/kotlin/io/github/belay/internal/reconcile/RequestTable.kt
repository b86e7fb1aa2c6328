package io.github.belay.internal.reconcile

import io.github.belay.frame.WsFrame
import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import kotlin.time.Duration

/** One caller of a request. */
internal class RequestWaiter(
    val mode: WsConfirmMode,
    val deadline: Duration,
)

/** Who is told what. */
internal class Settlement(
    val waiter: RequestWaiter,
    val outcome: WsDelegatedOutcome,
)

/** What became of a submission. */
internal sealed interface Submission {
    class Send(
        val token: Long,
    ) : Submission

    data object Joined : Submission

    class Refused(
        val outcome: WsDelegatedOutcome,
    ) : Submission
}

/** Settlements, and tokens of frames that must not be sent any more. */
internal class Expiry(
    val settlements: List<Settlement>,
    val withdrawn: List<Long>,
)

/** Stand-in. */
internal class RequestTable(
    private val maxPending: Int,
) {
    private class Entry(
        val token: Long,
        val id: Long,
        val fingerprint: Long,
    ) {
        var written = false
        val waiters = ArrayList<RequestWaiter>(1)
    }

    private val byId = HashMap<Long, Entry>()
    private val byToken = HashMap<Long, Entry>()
    private var nextToken = 0L

    val size: Int get() = byId.size
    val awaitsConfirmation: Boolean get() = byId.isNotEmpty()
    val nextDeadline: Duration? get() = byId.values.flatMap { it.waiters }.minOfOrNull { it.deadline }

    fun submit(
        request: WsDelegatedRequest,
        waiter: RequestWaiter,
    ): Submission {
        val known = byId[request.id]
        if (known == null) {
            if (byId.size >=
                maxPending
            ) {
                return Submission.Refused(WsDelegatedError.TooManyPending(request.id, maxPending))
            }
            val entry = Entry(++nextToken, request.id, request.fingerprint)
            entry.waiters += waiter
            byId[entry.id] = entry
            byToken[entry.token] = entry
            return Submission.Send(entry.token)
        }
        if (known.fingerprint !=
            request.fingerprint
        ) {
            return Submission.Refused(WsDelegatedError.PayloadMismatch(request.id))
        }
        if (known.written && waiter.mode == WsConfirmMode.SENT) {
            return Submission.Refused(WsDelegatedOk(request.id, confirmed = false, response = null, feedback = null))
        }
        known.waiters += waiter
        return Submission.Joined
    }

    fun written(token: Long): List<Settlement> {
        val entry = byToken[token] ?: return emptyList()
        entry.written = true
        val done = entry.waiters.filter { it.mode == WsConfirmMode.SENT }
        entry.waiters.removeAll(done)
        if (entry.waiters.isEmpty()) remove(entry)
        return done.map { Settlement(it, WsDelegatedOk(entry.id, false, null, null)) }
    }

    fun failed(
        token: Long,
        outcome: (Long) -> WsDelegatedOutcome,
    ): List<Settlement> {
        val entry = byToken[token] ?: return emptyList()
        remove(entry)
        return entry.waiters.map { Settlement(it, outcome(entry.id)) }
    }

    fun matched(
        match: WsRequestMatch,
        response: WsFrame,
    ): List<Settlement> {
        val entry = byId[match.id] ?: return emptyList()
        if (entry.waiters.none { it.mode == WsConfirmMode.CONFIRMED }) return emptyList()
        remove(entry)
        return entry.waiters.map { Settlement(it, answer(match, response, it)) }
    }

    private fun answer(
        match: WsRequestMatch,
        response: WsFrame,
        waiter: RequestWaiter,
    ): WsDelegatedOutcome {
        val rejection = match.rejection
        return when {
            waiter.mode == WsConfirmMode.SENT -> WsDelegatedOk(match.id, false, null, null)
            rejection == null -> WsDelegatedOk(match.id, true, response, match.feedback)
            else -> WsDelegatedError.EndpointRejected(match.id, rejection, response, match.feedback)
        }
    }

    fun expire(now: Duration): Expiry {
        val settlements = ArrayList<Settlement>()
        val withdrawn = ArrayList<Long>()
        for (entry in byId.values.toList()) {
            val due = entry.waiters.filter { it.deadline <= now }
            entry.waiters.removeAll(due)
            val text = if (entry.written) "deadline passed awaiting confirmation" else "deadline passed awaiting send"
            due.mapTo(settlements) { Settlement(it, WsDelegatedError.Unconfirmed(entry.id, text)) }
            if (entry.waiters.isEmpty()) {
                remove(entry)
                if (!entry.written) withdrawn += entry.token
            }
        }
        return Expiry(settlements, withdrawn)
    }

    fun lost(text: String): Expiry {
        val all = byId.values.toList()
        byId.clear()
        byToken.clear()
        val settlements =
            all.flatMap { entry ->
                entry.waiters.map {
                    val outcome =
                        if (entry.written) {
                            WsDelegatedError.Unconfirmed(
                                entry.id,
                                text,
                            )
                        } else {
                            WsDelegatedError.NotDelivered(entry.id, text)
                        }
                    Settlement(it, outcome)
                }
            }
        return Expiry(settlements, all.filter { !it.written }.map { it.token })
    }

    fun cancel(waiter: RequestWaiter): Long? {
        val entry = byId.values.firstOrNull { waiter in it.waiters } ?: return null
        entry.waiters.remove(waiter)
        if (entry.waiters.isNotEmpty()) return null
        remove(entry)
        return entry.token
    }

    private fun remove(entry: Entry) {
        byId.remove(entry.id)
        byToken.remove(entry.token)
    }
}
