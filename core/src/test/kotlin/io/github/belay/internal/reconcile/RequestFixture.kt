package io.github.belay.internal.reconcile

import io.github.belay.frame.WsFrame
import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

internal val answer: WsFrame = WsFrame.text("answer")

internal fun requestOf(
    id: Long,
    mode: WsConfirmMode = WsConfirmMode.CONFIRMED,
    payload: String = "order",
): WsDelegatedRequest {
    val frame = WsFrame.text(payload)
    return when (mode) {
        WsConfirmMode.SENT -> WsDelegatedRequest.sent(id, frame, 1.seconds)
        WsConfirmMode.CONFIRMED -> WsDelegatedRequest.confirmed(id, frame, 1.seconds)
    }
}

internal fun waiterOf(
    request: WsDelegatedRequest,
    deadline: Duration,
    onOutcome: (WsDelegatedOutcome) -> Unit,
): RequestWaiter =
    object : RequestWaiter(request, deadline) {
        override fun tell(outcome: WsDelegatedOutcome) = onOutcome(outcome)
    }

internal fun tableOf(maxPending: Int): RequestTable = RequestTable(maxPending) { _, _ -> }

internal fun Settlements.perform() = perform { waiter, outcome -> waiter.tell(outcome) }

/** A table at a [now] that the test moves, and what each waiter heard, as `name: outcome`. */
internal class Requests(
    maxPending: Int = 1_024,
) {
    val table = tableOf(maxPending)
    var now = Duration.ZERO
    val heard = mutableListOf<String>()

    /** The outcomes behind [heard]. */
    val outcomes = mutableListOf<WsDelegatedOutcome>()

    fun waiter(
        name: String,
        id: Long = 7,
        mode: WsConfirmMode = WsConfirmMode.CONFIRMED,
        timeout: Duration = 5.seconds,
        payload: String = "order",
    ): RequestWaiter =
        waiterOf(requestOf(id, mode, payload), now + timeout) { outcome ->
            heard += "$name: $outcome"
            outcomes += outcome
        }

    /** Submits [waiter], and performs a settlement that comes at once. */
    fun submit(waiter: RequestWaiter): Submission =
        table.submit(waiter, now).also { (it as? Submission.Settled)?.settlements?.perform() }

    /** Submits `name` for the request [id]. */
    fun submit(
        name: String,
        id: Long = 7,
        mode: WsConfirmMode = WsConfirmMode.CONFIRMED,
        timeout: Duration = 5.seconds,
        payload: String = "order",
    ): Submission = submit(waiter(name, id, mode, timeout, payload))

    /** [submit] of a request that is to be sent. */
    fun send(
        name: String,
        id: Long = 7,
        mode: WsConfirmMode = WsConfirmMode.CONFIRMED,
        timeout: Duration = 5.seconds,
    ): PendingRequest = submit(name, id, mode, timeout).shouldBeInstanceOf<PendingRequest>()

    fun answer(
        id: Long = 7,
        match: WsRequestMatch = WsRequestMatch.ok(id),
    ) = table.matched(match, answer).perform()

    /** Lets the time be [now] and sweeps; what is to be withdrawn. */
    fun expireAt(now: Duration): List<PendingRequest> {
        this.now = now
        return table.expire(now).also { it.perform() }.withdrawals
    }

    /** Ends everything, as if each withdrawal came in time. */
    fun RequestStep.perform() = settlementsUnless(tooLate = emptyList()).perform()

    fun perform(settlements: Settlements) = settlements.perform()
}

internal fun matchOf(id: Long): WsRequestMatch = WsRequestMatch.ok(id)
