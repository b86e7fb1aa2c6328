package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import io.github.belay.outbound.WsOfflinePolicy
import io.github.belay.outbound.WsOverflow
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.resume
import kotlin.time.Duration

/**
 * Everything that waits to be written on one connection. It outlives the links; each of them has one writer.
 *
 * Three lanes, served in this order: **control** (ping, pong, Close), **setup** (authentication, replay, answers that
 * the protocol demands) and **data** (what the user sends). Control and setup belong to one link and end with it; data
 * waits for whichever link is open to it. Links are told apart by their generation: naming a newer one ends the one
 * before, and what an ended link offers or asks for changes nothing, so a late pong cannot reach the next link.
 *
 * Every item that was accepted is settled exactly once: by the queue with [TellOutcome.NotDelivered], by [settle], or
 * by the caller that got it back from [withdraw].
 *
 * Safe from any thread. One lock, held for a few instructions and never across a suspension or a completion.
 *
 * @param maxFrames bound of the data lane, and of the setup lane again, in frames
 * @param maxBytes bound of the data lane, and of the setup lane again, in bytes of payload
 * @param onFull hears of each item that found the data lane full and was not taken, on the thread that offered it
 * @param overflow what becomes of such an item
 * @param warnRatio part of a bound beyond which the data lane counts as filling up
 * @param onFilling hears how full it is each time that it rises beyond that; and then not before it was down to half of it
 * @param onEvicted hears how many made room for another one
 * @param onExpiry rung when an item comes that expires before all others; then [expire] is to be called
 */
internal class OutboundQueue(
    private val maxFrames: Int,
    private val maxBytes: Long,
    private val onFull: () -> Unit = {},
    overflow: WsOverflow = WsOverflow.FAIL,
    private val offline: WsOfflinePolicy = WsOfflinePolicy.KEEP,
    warnRatio: Double = 1.0,
    private val onFilling: (Double) -> Unit = {},
    private val onEvicted: (Int) -> Unit = {},
    private val onExpiry: () -> Unit = {},
) {
    private val lock = Any()

    // Everything below is read and written under [lock].
    private val data =
        DataLane(maxFrames, maxBytes, overflow, warnRatio, ::loseLocked) { turn ->
            (admitted ?: ArrayList<SendersTurn>().also { admitted = it }) += turn
        }
    private var admitted: MutableList<SendersTurn>? = null
    private var link: LinkLanes? = null
    private var isClosed = false
    private var losses: MutableList<Loss>? = null
    private var isDraining = false
    private var drained: CompletableDeferred<Unit>? = null
    private var knownExpiry = Duration.INFINITE
    private var sent = 0L
    private var unknown = 0L
    private var notDelivered = 0L
    private var withdrawn = 0L

    init {
        require(maxFrames >= 1) { "maxFrames must be >= 1 but was $maxFrames" }
        require(maxBytes >= 1) { "maxBytes must be >= 1 but was $maxBytes" }
    }

    /**
     * Puts [item] at the end of the data lane. Null if it was accepted; else why not, which the caller passes on: an item that
     * was not taken is not settled here.
     */
    fun offer(item: OutboundItem): TellOutcome? = told(change { refusalLocked(1) ?: data.offer(item) }, count = 1)

    /** [offer] for all of [items] or none of them. */
    fun offerAll(items: List<OutboundItem>): TellOutcome? =
        if (items.isEmpty()) null else told(change { refusalLocked(items.size) ?: data.offer(items) }, items.size)

    private fun told(
        refusal: TellOutcome?,
        count: Int,
    ): TellOutcome? {
        if (refusal is TellOutcome.QueueFull || refusal is TellOutcome.Dropped) repeat(count) { onFull() }
        return refusal
    }

    /**
     * [offerAll] that waits for room, first come first served. Suspends; when its caller is cancelled meanwhile, nothing of it
     * is sent, unless some of it was already on its way in that moment.
     */
    suspend fun offerInTurn(items: List<OutboundItem>): TellOutcome? {
        if (items.isEmpty()) return null
        val turn = SendersTurn(items)
        val refusal = change { refusalLocked(items.size) ?: data.offerInTurn(turn) }
        if (refusal != null) return told(refusal, items.size)
        try {
            turn.over.await()
        } catch (cancelled: CancellationException) {
            change { if (!data.leave(turn)) withdrawn += data.takeBack(turn.items) }
            throw cancelled
        }
        return turn.refusal
    }

    /** Ends what has expired by [now]; when to call this next, infinite for never. */
    fun expire(now: Duration): Duration =
        change {
            expireLocked(now)
            knownExpiry = data.nextExpiry
            knownExpiry
        }

    private fun expireLocked(now: Duration) {
        notDelivered += data.expire(now)
    }

    /** Takes no more, and suspends until everything that was taken is settled. */
    suspend fun drain() {
        val over =
            change {
                isDraining = true
                data.refuseSenders(TellOutcome.Closed)
                drained ?: CompletableDeferred<Unit>().also { drained = it }
            }
        over.await()
    }

    /**
     * Puts [frame] at the end of the control lane of the link of [generation]. False if it was dropped: the link is
     * over, a Close went before, or it is a ping and [ControlLane.MAX_FRAMES] frames wait.
     */
    fun offerControl(
        generation: Long,
        frame: WsFrame,
    ): Boolean = change { linkLocked(generation)?.control?.offer(frame) ?: false }

    /**
     * Puts [items], in order, at the end of the setup lane of the link of [generation]: all of them, since half a set of
     * subscriptions is of no use. If the link is over they end as not delivered; if as many as the bound wait there already,
     * or they would be more bytes than the bound together with what waits, as queue full.
     */
    fun offerSetup(
        generation: Long,
        items: List<OutboundItem>,
    ) {
        change {
            val setup = linkLocked(generation)?.setup
            when {
                setup == null -> loseLocked(items, TellOutcome.NotDelivered(LINK_ENDED))
                setup.size >= maxFrames -> loseLocked(items, TellOutcome.QueueFull(maxFrames.toLong(), "frames"))
                isTooMuch(setup, items) -> loseLocked(items, TellOutcome.QueueFull(maxBytes, "bytes"))
                else -> items.forEach(setup::add)
            }
        }
    }

    /** What finds the lane empty always has room: nothing would make more. */
    private fun isTooMuch(
        setup: Lane,
        items: List<OutboundItem>,
    ): Boolean = setup.size > 0 && setup.bytes + items.sumOf { it.bytes.toLong() } > maxBytes

    /** Lets the writer of [generation] take from the data lane, for as long as its link lasts. */
    fun openTo(generation: Long) {
        change { linkLocked(generation)?.isOpen = true }
    }

    /**
     * Ends the link of [generation], and every one before: no writer of theirs takes anything any more. Their control
     * frames are dropped, their setup messages end as not delivered, data stays and waits for the next link.
     */
    fun shut(generation: Long) {
        change { linkLocked(generation)?.let(::endLocked) }
    }

    /**
     * Fills [batch], which is empty, with what the writer of [generation] is to send next: as much as fits, but always at
     * least one frame if any waits for it. False if none does. Nothing is ever taken after a Close frame.
     */
    fun take(
        generation: Long,
        batch: OutboundBatch,
        now: () -> Duration = { Duration.ZERO },
    ): Boolean =
        change {
            if (data.nextExpiry != Duration.INFINITE) expireLocked(now())
            val current = linkLocked(generation)
            if (current == null || !current.hasWork(data.lane)) {
                false
            } else {
                current.fill(batch, data.lane)
                true
            }
        }

    /**
     * Suspends until something waits for the writer of [generation]; for ever if its link is over. [take] may find it
     * withdrawn all the same. Only one caller at a time.
     */
    suspend fun awaitWork(generation: Long): Unit =
        suspendCancellableCoroutine { sleeper ->
            // The change itself wakes the sleeper if there is work already, so none can slip in between.
            change { linkLocked(generation)?.sleeper = sleeper }
        }

    /** Tells [outcome] to everybody who waits for a frame of [batch]. To be called once for each batch. */
    fun settle(
        batch: OutboundBatch,
        outcome: TellOutcome,
    ) {
        // Counted first: whoever hears of the outcome finds it in the statistics.
        change { if (outcome === TellOutcome.Done) sent += batch.dataFrames else unknown += batch.dataFrames }
        batch.items.forEach { it.settle(outcome) }
    }

    /** True if [item] was still waiting; it is then out of the queue, and its outcome is the caller's to tell. */
    fun withdraw(item: OutboundItem): Boolean =
        change {
            val lane = item.lane
            lane?.remove(item)
            if (lane === data.lane) withdrawn++
            lane != null
        }

    /** Empties the data lane; what waited there ends as not delivered, because of [text]. */
    fun failAll(text: String) {
        change { loseDataLocked(text) }
    }

    /** Ends everything for good: what waits ends as not delivered, and nothing is accepted any more. */
    fun close() {
        change {
            link?.let(::endLocked)
            loseDataLocked("connection closed")
            isClosed = true
        }
    }

    /** The data lane and its counters in one consistent snapshot. */
    fun stats(): OutboundStats = synchronized(lock) { statsLocked() }

    private fun statsLocked() =
        OutboundStats(
            accepted = data.accepted,
            refused = data.refused,
            dropped = data.dropped,
            evicted = data.evicted,
            sent = sent,
            unknown = unknown,
            notDelivered = notDelivered,
            withdrawn = withdrawn,
            size = data.lane.size,
            bytes = data.lane.bytes,
            maxFrames = maxFrames,
            maxBytes = maxBytes,
            fill = data.fill,
        )

    private fun refusalLocked(count: Int): TellOutcome? {
        val refusal =
            when {
                isClosed || isDraining -> {
                    TellOutcome.Closed
                }

                offline == WsOfflinePolicy.REFUSE && link?.isOpen != true -> {
                    TellOutcome.NotDelivered(
                        "no link is ready",
                    )
                }

                else -> {
                    return null
                }
            }
        data.refused += count
        return refusal
    }

    /** The lanes of the link of [generation], or null if that is over. */
    private fun linkLocked(generation: Long): LinkLanes? {
        val current = link
        if (isClosed) return null
        if (current == null || generation > current.generation) {
            current?.let(::endLocked)
            return LinkLanes(generation).also { link = it }
        }
        return current.takeIf { it.generation == generation && !it.isOver }
    }

    private fun endLocked(ended: LinkLanes) {
        ended.isOver = true
        ended.isOpen = false
        ended.control.clear()
        loseLocked(ended.setup.removeAll(), TellOutcome.NotDelivered(LINK_ENDED))
        if (offline == WsOfflinePolicy.REFUSE) loseDataLocked(LINK_ENDED)
    }

    private fun loseDataLocked(text: String) {
        notDelivered += data.loseAll(TellOutcome.NotDelivered(text))
    }

    private fun loseLocked(
        items: List<OutboundItem>,
        outcome: TellOutcome,
    ) {
        if (items.isEmpty()) return
        val known = losses ?: ArrayList<Loss>().also { losses = it }
        known += Loss(items, outcome)
    }

    /** Runs [decide] under the lock and, once that is free, what follows from it: a wake-up and whatever else. */
    private inline fun <T> change(decide: () -> T): T {
        val result: T
        val sleeper: CancellableContinuation<Unit>?
        val aftermath: Aftermath?
        synchronized(lock) {
            result = decide()
            data.letIn()
            sleeper = wakenLocked()
            aftermath = aftermathLocked()
        }
        sleeper?.resume(Unit)
        aftermath?.let(::perform)
        return result
    }

    /** What follows from a change; null for nothing, which is almost always so. */
    private fun aftermathLocked(): Aftermath? {
        val rose = data.hasRisen()
        val isExpiryNews = data.nextExpiry < knownExpiry
        val isDrained = drained != null && statsLocked().run { size == 0 && inFlight == 0L }
        val isQuiet = !rose && !isExpiryNews && !isDrained
        if (isQuiet && losses == null && admitted == null) return null
        if (isExpiryNews) knownExpiry = data.nextExpiry
        return Aftermath(
            losses.orEmpty(),
            admitted.orEmpty(),
            fill = if (rose) data.fill else null,
            isExpiryNews,
            drained.takeIf { isDrained },
        ).also {
            losses = null
            admitted = null
        }
    }

    private fun perform(aftermath: Aftermath) {
        for (loss in aftermath.losses) {
            if (loss.outcome is TellOutcome.Dropped) onEvicted(loss.items.size)
            loss.items.forEach { it.settle(loss.outcome) }
        }
        aftermath.admitted.forEach { it.over.complete(Unit) }
        aftermath.fill?.let(onFilling)
        if (aftermath.isExpiryNews) onExpiry()
        aftermath.drained?.complete(Unit)
    }

    /** The writer that sleeps although there is work for it. */
    private fun wakenLocked(): CancellableContinuation<Unit>? {
        val current = link ?: return null
        return current.sleeper?.takeIf { current.hasWork(data.lane) }?.also { current.sleeper = null }
    }

    private class Aftermath(
        val losses: List<Loss>,
        val admitted: List<SendersTurn>,
        val fill: Double?,
        val isExpiryNews: Boolean,
        val drained: CompletableDeferred<Unit>?,
    )

    private class Loss(
        val items: List<OutboundItem>,
        val outcome: TellOutcome,
    )

    private companion object {
        const val LINK_ENDED = "link ended"
    }
}
