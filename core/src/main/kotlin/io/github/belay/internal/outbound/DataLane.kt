package io.github.belay.internal.outbound

import io.github.belay.outbound.TellOutcome
import io.github.belay.outbound.WsOverflow
import kotlin.time.Duration

/**
 * The user's messages that wait, within their bounds, and what becomes of one for which there is no room. Not thread-safe:
 * the queue's lock guards it.
 *
 * It settles nothing itself: what is lost goes to [lose], and what was let in after a wait to [admit]; both act once the
 * lock is free.
 */
internal class DataLane(
    private val maxFrames: Int,
    private val maxBytes: Long,
    private val overflow: WsOverflow,
    warnRatio: Double,
    private val lose: (List<OutboundItem>, TellOutcome) -> Unit,
    private val admit: (SendersTurn) -> Unit,
) {
    val lane = Lane()

    /** Senders that wait for room, in order. */
    private val senders = ArrayDeque<SendersTurn>(0)

    /** When the first of the messages expires; infinite if none does, and earlier if that one is gone. */
    var nextExpiry: Duration = Duration.INFINITE
        private set

    var accepted = 0L
        private set
    var dropped = 0L
        private set
    var evicted = 0L
        private set
    var refused = 0L

    private val warnFrames = (maxFrames * warnRatio).toInt()
    private val warnBytes = (maxBytes * warnRatio).toLong()
    private var isFilling = false

    /** How full it is: 1.0 at the bound that is nearer. */
    val fill: Double get() = maxOf(lane.size / maxFrames.toDouble(), lane.bytes / maxBytes.toDouble())

    /** True once each time that it is fuller than the warning says, and not before it was down to half of that. */
    fun hasRisen(): Boolean {
        if (isFilling) {
            isFilling = lane.size > warnFrames / 2 || lane.bytes > warnBytes / 2
            return false
        }
        isFilling = lane.size > warnFrames || lane.bytes > warnBytes
        return isFilling
    }

    /** Takes [item]; null, or why it was not taken. */
    fun offer(item: OutboundItem): TellOutcome? {
        // No list for the one that almost all of them are.
        if (senders.isNotEmpty() || !fits(1, item.bytes.toLong())) return overflow(listOf(item))
        take(item)
        return null
    }

    /** [offer] for all of [items] or none of them. */
    fun offer(items: List<OutboundItem>): TellOutcome? {
        if (senders.isNotEmpty() || !fits(items.size, bytesOf(items))) return overflow(items)
        items.forEach(::take)
        return null
    }

    /** Takes the items of [turn] now, or as soon as there is room and it is their turn. Null, or why they never will be. */
    fun offerInTurn(turn: SendersTurn): TellOutcome? {
        val bytes = bytesOf(turn.items)
        if (turn.items.size > maxFrames || bytes > maxBytes) {
            refused += turn.items.size
            return full(turn.items.size, bytes)
        }
        senders += turn
        turn.items.forEach(::soonest)
        letIn()
        return null
    }

    /** Lets those in for whom there is room by now. */
    fun letIn() {
        while (true) {
            val turn = senders.firstOrNull() ?: return
            if (!fits(turn.items.size, bytesOf(turn.items))) return
            senders.removeFirst()
            turn.items.forEach(::take)
            admit(turn)
        }
    }

    /** True if [turn] was still waiting for room; its items are then the caller's. */
    fun leave(turn: SendersTurn): Boolean = senders.remove(turn)

    /** Takes [items] out again if all of them still wait; how many that were. */
    fun takeBack(items: List<OutboundItem>): Int {
        if (items.any { it.lane !== lane }) return 0
        items.forEach(lane::remove)
        return items.size
    }

    /** Ends everything that waits, and every wait for room, as [outcome]; how many messages had been taken. */
    fun loseAll(outcome: TellOutcome): Int {
        val inside = lane.size
        lose(lane.removeAll(), outcome)
        refuseSenders(outcome)
        nextExpiry = Duration.INFINITE
        return inside
    }

    /** Ends everything that waits for room. */
    fun refuseSenders(outcome: TellOutcome) {
        for (turn in senders) refuse(turn, outcome)
        senders.clear()
    }

    /** Ends what expires at [now] or before; how many of them had been taken. */
    fun expire(now: Duration): Int {
        if (nextExpiry > now) return 0
        nextExpiry = Duration.INFINITE
        val gone = ArrayList<OutboundItem>()
        lane.forEach { if (it.expiresAt <= now) gone += it else soonest(it) }
        for (item in gone) lane.remove(item)
        lose(gone, EXPIRED)
        senders.removeAll { turn ->
            val isOver = turn.items.any { it.expiresAt <= now }
            if (isOver) refuse(turn, EXPIRED) else turn.items.forEach(::soonest)
            isOver
        }
        return gone.size
    }

    private fun refuse(
        turn: SendersTurn,
        outcome: TellOutcome,
    ) {
        turn.refusal = outcome
        refused += turn.items.size
        admit(turn)
    }

    private fun overflow(items: List<OutboundItem>): TellOutcome? {
        val bytes = bytesOf(items)
        val full = full(items.size, bytes)
        val isTooMuch = items.size > maxFrames || bytes > maxBytes
        return when {
            isTooMuch || overflow == WsOverflow.FAIL || overflow == WsOverflow.BLOCK -> {
                refused += items.size
                full
            }

            overflow == WsOverflow.DROP_NEWEST -> {
                refused += items.size
                dropped += items.size
                TellOutcome.Dropped(full.limit, full.what)
            }

            else -> {
                evictFor(items, bytes, TellOutcome.Dropped(full.limit, full.what))
                null
            }
        }
    }

    private fun evictFor(
        items: List<OutboundItem>,
        bytes: Long,
        outcome: TellOutcome,
    ) {
        val oldest = ArrayList<OutboundItem>()
        while (!fits(items.size, bytes)) oldest += checkNotNull(lane.first).also(lane::remove)
        evicted += oldest.size
        dropped += oldest.size
        lose(oldest, outcome)
        items.forEach(::take)
    }

    /** The bound that [count] more messages of [bytes] would break. */
    private fun full(
        count: Int,
        bytes: Long,
    ): TellOutcome.QueueFull {
        val byFrames = lane.size + count > maxFrames || bytes <= maxBytes - lane.bytes
        return if (byFrames) {
            TellOutcome.QueueFull(
                maxFrames.toLong(),
                "frames",
            )
        } else {
            TellOutcome.QueueFull(maxBytes, "bytes")
        }
    }

    private fun fits(
        count: Int,
        bytes: Long,
    ): Boolean = lane.size + count <= maxFrames && lane.bytes + bytes <= maxBytes

    private fun take(item: OutboundItem) {
        lane.add(item)
        accepted++
        soonest(item)
    }

    private fun soonest(item: OutboundItem) {
        if (item.expiresAt < nextExpiry) nextExpiry = item.expiresAt
    }

    private fun bytesOf(items: List<OutboundItem>): Long = items.sumOf { it.bytes.toLong() }

    private companion object {
        val EXPIRED = TellOutcome.NotDelivered("not sent within its time to live")
    }
}
