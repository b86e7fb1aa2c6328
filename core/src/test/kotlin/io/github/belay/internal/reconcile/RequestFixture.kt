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

/** A table at a [now] that the test moves, and what each waiter heard, as `name: outcome`. */
internal class Requests(
    maxPending: Int = 1_024,
) {
    val table = RequestTable(maxPending)
    var now = Duration.ZERO
    val heard = mutableListOf<String>()

    /** The outcomes behind [heard]. */
    val outcomes = mutableListOf<WsDelegatedOutcome>()

    fun waiter(
        name: String,
        mode: WsConfirmMode,
        timeout: Duration,
    ) = RequestWaiter(mode, now + timeout) { outcome ->
        heard += "$name: $outcome"
        outcomes += outcome
    }

    /** Submits `name` for the request [id], and performs a settlement that comes at once. */
    fun submit(
        name: String,
        id: Long = 7,
        mode: WsConfirmMode = WsConfirmMode.CONFIRMED,
        timeout: Duration = 5.seconds,
        payload: String = "order",
        waiter: RequestWaiter = waiter(name, mode, timeout),
    ): Submission {
        val request = WsDelegatedRequest.confirmed(id, WsFrame.text(payload), 1.seconds)
        return table.submit(request, waiter, now).also { (it as? Submission.Settled)?.settlement?.perform() }
    }

    /** [submit] of a request that is to be sent; its token. */
    fun send(
        name: String,
        id: Long = 7,
        mode: WsConfirmMode = WsConfirmMode.CONFIRMED,
        timeout: Duration = 5.seconds,
    ): Long = submit(name, id, mode, timeout).shouldBeInstanceOf<Submission.Send>().token

    fun answer(
        id: Long = 7,
        match: WsRequestMatch = WsRequestMatch.ok(id),
    ) = perform(table.matched(match, answer))

    /** Lets the time be [now] and sweeps; the tokens to withdraw. */
    fun expireAt(now: Duration): List<Long> {
        this.now = now
        return table.expire(now).also { perform(it.settlements) }.withdrawals
    }

    fun perform(settlements: List<Settlement>) = settlements.forEach(Settlement::perform)
}

private val order = WsFrame.text("order")

internal fun requestOf(id: Long): WsDelegatedRequest = WsDelegatedRequest.confirmed(id, order, 1.seconds)

internal fun matchOf(id: Long): WsRequestMatch = WsRequestMatch.ok(id)
