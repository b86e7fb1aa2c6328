package io.github.belay.internal.reconcile

import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import kotlin.time.Duration

/** One caller that waits for the outcome of a request. It is submitted once. */
internal abstract class RequestWaiter(
    val request: WsDelegatedRequest,
    /** When it stops waiting, counted from the connection's epoch. */
    val deadline: Duration,
) {
    /** Who comes after it in its chain: of those who wait for one request, or of [Settlements]. Written by the table only. */
    var next: RequestWaiter? = null

    /** What it is to hear; null while it waits. Written by the table only. */
    var outcome: WsDelegatedOutcome? = null

    /** Tells the caller [outcome]. The table never calls it; see [Settlements]. */
    abstract fun tell(outcome: WsDelegatedOutcome)
}

/**
 * Waiters that are to hear their outcomes, in order: a decision, until somebody performs it, which is done once.
 *
 * A chain through the waiters themselves: with lists and pairs each request would cost 72 bytes more.
 */
@JvmInline
internal value class Settlements(
    private val first: RequestWaiter?,
) {
    val isEmpty: Boolean get() = first == null

    /** Gives each waiter and its outcome to [tell], which may submit the next request of the same caller. */
    inline fun perform(tell: (RequestWaiter, WsDelegatedOutcome) -> Unit) {
        var waiter = first
        while (waiter != null) {
            val next = waiter.next
            waiter.next = null
            tell(waiter, checkNotNull(waiter.outcome))
            waiter = next
        }
    }

    /** Gives those who waited for a request with one of these [ids] the outcome [instead]. */
    fun amend(
        ids: Set<Long>,
        instead: (RequestWaiter) -> WsDelegatedOutcome,
    ) {
        var waiter = first
        while (waiter != null) {
            if (waiter.request.id in ids) waiter.outcome = instead(waiter)
            waiter = waiter.next
        }
    }

    /** Puts settlements together one by one. */
    class Builder {
        private var first: RequestWaiter? = null
        private var last: RequestWaiter? = null

        fun add(
            waiter: RequestWaiter,
            outcome: WsDelegatedOutcome,
        ) {
            waiter.outcome = outcome
            waiter.next = null
            last?.next = waiter
            last = waiter
            if (first == null) first = waiter
        }

        fun build(): Settlements = Settlements(first)
    }

    companion object {
        val NONE = Settlements(null)

        /** One waiter alone. */
        fun of(
            waiter: RequestWaiter,
            outcome: WsDelegatedOutcome,
        ): Settlements {
            waiter.outcome = outcome
            return Settlements(waiter)
        }
    }
}
