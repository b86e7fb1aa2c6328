package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.resume

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
 * @param onFull hears of each item that found the data lane full, on the thread that offered it
 */
internal class OutboundQueue(
    private val maxFrames: Int,
    private val maxBytes: Long,
    private val onFull: () -> Unit = {},
) {
    private val lock = Any()

    // Everything below is read and written under [lock].
    private val data = Lane()
    private var link: LinkLanes? = null
    private var isClosed = false
    private var losses: MutableList<Loss>? = null
    private var accepted = 0L
    private var refused = 0L
    private var sent = 0L
    private var unknown = 0L
    private var notDelivered = 0L
    private var withdrawn = 0L

    init {
        require(maxFrames >= 1) { "maxFrames must be >= 1 but was $maxFrames" }
        require(maxBytes >= 1) { "maxBytes must be >= 1 but was $maxBytes" }
    }

    /**
     * Puts [item] at the end of the data lane. Null if it was accepted; else [TellOutcome.QueueFull] or
     * [TellOutcome.Closed], which the caller passes on: a refused item is not settled here.
     */
    fun offer(item: OutboundItem): TellOutcome? {
        val refusal =
            change {
                refusalLocked(item).also {
                    if (it == null) {
                        data.add(item)
                        accepted++
                    } else {
                        refused++
                    }
                }
            }
        if (refusal is TellOutcome.QueueFull) onFull()
        return refusal
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
    ): Boolean =
        change {
            val current = linkLocked(generation)
            if (current == null || !current.hasWork(data)) {
                false
            } else {
                current.fill(batch, data)
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
            if (lane === data) withdrawn++
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
    fun stats(): OutboundStats =
        synchronized(lock) {
            OutboundStats(
                accepted = accepted,
                refused = refused,
                sent = sent,
                unknown = unknown,
                notDelivered = notDelivered,
                withdrawn = withdrawn,
                size = data.size,
                bytes = data.bytes,
                maxFrames = maxFrames,
                maxBytes = maxBytes,
            )
        }

    private fun refusalLocked(item: OutboundItem): TellOutcome? =
        when {
            isClosed -> TellOutcome.Closed
            data.size >= maxFrames -> TellOutcome.QueueFull(maxFrames.toLong(), "frames")
            data.bytes + item.bytes > maxBytes -> TellOutcome.QueueFull(maxBytes, "bytes")
            else -> null
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
    }

    private fun loseDataLocked(text: String) {
        notDelivered += data.size
        loseLocked(data.removeAll(), TellOutcome.NotDelivered(text))
    }

    private fun loseLocked(
        items: List<OutboundItem>,
        outcome: TellOutcome,
    ) {
        if (items.isEmpty()) return
        val known = losses ?: ArrayList<Loss>().also { losses = it }
        known += Loss(items, outcome)
    }

    /** Runs [decide] under the lock and, once that is free, what follows from it: a wake-up and the completions. */
    private inline fun <T> change(decide: () -> T): T {
        val result: T
        val sleeper: CancellableContinuation<Unit>?
        val lost: List<Loss>?
        synchronized(lock) {
            result = decide()
            sleeper = wakenLocked()
            lost = losses
            losses = null
        }
        sleeper?.resume(Unit)
        lost?.forEach { loss -> loss.items.forEach { it.settle(loss.outcome) } }
        return result
    }

    /** The writer that sleeps although there is work for it. */
    private fun wakenLocked(): CancellableContinuation<Unit>? {
        val current = link ?: return null
        return current.sleeper?.takeIf { current.hasWork(data) }?.also { current.sleeper = null }
    }

    private class Loss(
        val items: List<OutboundItem>,
        val outcome: TellOutcome,
    )

    private companion object {
        const val LINK_ENDED = "link ended"
    }
}
