package io.github.belay.internal.reconcile

import io.github.belay.frame.WsFrame
import io.github.belay.internal.outbound.OutboundItem
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import kotlin.concurrent.Volatile
import kotlin.time.Duration

/**
 * A request in flight and all who wait for it; it is the message that carries it, too. Not thread-safe, but for what
 * it is as a message.
 *
 * @param onOutcome hears what becomes of the message, on whatever thread settles it; not of a flush that nobody waits for
 */
internal class PendingRequest(
    private val request: WsDelegatedRequest,
    private val onOutcome: (PendingRequest, TellOutcome) -> Unit,
) : OutboundItem(),
    Submission {
    val id: Long get() = request.id

    override val frame: WsFrame get() = request.frame

    private var first: RequestWaiter? = null

    /** True once its frame is known to be written. Set by whoever settles the frame. */
    @Volatile
    var isSent: Boolean = false

    /**
     * True if somebody waits, or waited, for no more than the frame to be sent. Who settles the frame sets [isSent] and then
     * looks at this; who adds a waiter sets this and then looks at [isSent]: one of them sees the other.
     */
    @Volatile
    var awaitsFlush: Boolean = false
        private set

    /** Nobody waits any more. */
    val isOver: Boolean get() = first == null

    /** True if somebody waits for an answer, not only for the frame to be sent. */
    val awaitsAnswer: Boolean get() = any { it.request.mode == WsConfirmMode.CONFIRMED }

    /** When the first of its waiters stops waiting; infinite when there is none. */
    val deadline: Duration get() = fold(Duration.INFINITE) { soonest, waiter -> soonest.orEarlier(waiter.deadline) }

    /** When the last of its waiters stops waiting. */
    val lastDeadline: Duration get() =
        fold(Duration.ZERO) { latest, waiter ->
            if (waiter.deadline >
                latest
            ) {
                waiter.deadline
            } else {
                latest
            }
        }

    val waiting: Int get() = fold(0) { count, _ -> count + 1 }

    // The links of [PendingRequests].
    var earlier: PendingRequest? = null
    var later: PendingRequest? = null
    var sameBucket: PendingRequest? = null

    override fun settle(outcome: TellOutcome) {
        if (outcome === TellOutcome.Done) isSent = true
        // Who waits for an answer need not hear of the flush: to tell it costs more than to write the frame.
        if (outcome !== TellOutcome.Done || awaitsFlush) onOutcome(this, outcome)
    }

    /** True if [other] means the same. */
    fun isSameAs(other: WsDelegatedRequest): Boolean = request.fingerprint == other.fingerprint

    fun add(waiter: RequestWaiter) {
        if (waiter.request.mode == WsConfirmMode.SENT) awaitsFlush = true
        val last = last()
        if (last == null) first = waiter else last.next = waiter
    }

    fun remove(waiter: RequestWaiter): Boolean {
        var before: RequestWaiter? = null
        var it = first
        while (it != null && it !== waiter) {
            before = it
            it = it.next
        }
        if (it == null) return false
        if (before == null) first = it.next else before.next = it.next
        it.next = null
        return true
    }

    /** Gives those waiters that are [chosen] the [outcome] made for each, and lets them go. */
    inline fun release(
        settlements: Settlements.Builder,
        chosen: (RequestWaiter) -> Boolean,
        outcome: (RequestWaiter) -> WsDelegatedOutcome,
    ) {
        var waiter = first
        var kept: RequestWaiter? = null
        first = null
        while (waiter != null) {
            val next = waiter.next
            waiter.next = null
            if (chosen(waiter)) {
                settlements.add(waiter, outcome(waiter))
            } else {
                if (kept == null) first = waiter else kept.next = waiter
                kept = waiter
            }
            waiter = next
        }
    }

    /** [release] for all of them. */
    inline fun releaseAll(outcome: (RequestWaiter) -> WsDelegatedOutcome): Settlements {
        val only = first
        if (only != null && only.next == null) {
            first = null
            return Settlements.of(only, outcome(only))
        }
        val settlements = Settlements.Builder()
        release(settlements, { true }, outcome)
        return settlements.build()
    }

    private fun last(): RequestWaiter? = fold(null as RequestWaiter?) { _, waiter -> waiter }

    private inline fun any(condition: (RequestWaiter) -> Boolean): Boolean =
        fold(false) { found, waiter -> found || condition(waiter) }

    private inline fun <T> fold(
        initial: T,
        step: (T, RequestWaiter) -> T,
    ): T {
        var result = initial
        var waiter = first
        while (waiter != null) {
            result = step(result, waiter)
            waiter = waiter.next
        }
        return result
    }
}

/** The earlier of two moments. `minOf` is for anything that compares, and so boxes both: 48 bytes for each request. */
internal fun Duration.orEarlier(other: Duration): Duration = if (other < this) other else this
