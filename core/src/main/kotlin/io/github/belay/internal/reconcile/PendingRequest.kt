package io.github.belay.internal.reconcile

import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedOutcome
import kotlin.time.Duration

/** A request in flight and all who wait for it. Not thread-safe. */
internal class PendingRequest(
    val id: Long,
    val fingerprint: Long,
    val token: Long,
) {
    private val waiters = ArrayList<RequestWaiter>(1)

    /** True once its frame is known to be written. */
    var isSent: Boolean = false

    val waiting: Int get() = waiters.size

    /** True if somebody waits for an answer, not only for the frame to be sent. */
    val awaitsAnswer: Boolean get() = waiters.any { it.mode == WsConfirmMode.CONFIRMED }

    /** When the first of its waiters stops waiting; infinite when there is none. */
    val deadline: Duration get() = waiters.minOfOrNull { it.deadline } ?: Duration.INFINITE

    /** When the last of its waiters stops waiting. */
    val lastDeadline: Duration get() = waiters.maxOfOrNull { it.deadline } ?: Duration.ZERO

    fun add(waiter: RequestWaiter) {
        waiter.token = token
        waiters += waiter
    }

    fun remove(waiter: RequestWaiter): Boolean = waiters.remove(waiter)

    /** Gives all waiters the [outcome] made for each. They stay, for the request itself is over. */
    fun settleAll(outcome: (RequestWaiter) -> WsDelegatedOutcome): List<Settlement> =
        waiters.map { Settlement(it, outcome(it)) }

    /** Gives those waiters that are [chosen] the [outcome] and lets them go. */
    fun settle(
        outcome: WsDelegatedOutcome,
        chosen: (RequestWaiter) -> Boolean,
    ): List<Settlement> {
        val settled = waiters.filter(chosen).map { Settlement(it, outcome) }
        if (settled.isNotEmpty()) waiters.removeAll(chosen)
        return settled
    }
}
