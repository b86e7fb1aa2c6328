package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import io.github.belay.outbound.TellOutcome
import kotlinx.coroutines.CompletableDeferred
import kotlin.time.Duration

/**
 * One text or binary message on its way out.
 *
 * It is offered to a queue once. Who takes it out of the queue, or is refused, owes it its outcome, once: [settle] runs on
 * the thread that settles, never under a lock, and must neither block nor throw.
 */
internal abstract class OutboundItem {
    /** What is to be written; no control frame. */
    abstract val frame: WsFrame

    /** When it must have left, or is not to leave at all; on the clock of the connection. */
    open val expiresAt: Duration get() = Duration.INFINITE

    /** Size of the payload. */
    val bytes: Int get() = frame.payload.size

    /** Where it waits, null if nowhere. Written by that lane only, as are the two neighbours. */
    var lane: Lane? = null
    var ahead: OutboundItem? = null
    var behind: OutboundItem? = null

    /** Tells [outcome] to who waits for it. */
    abstract fun settle(outcome: TellOutcome)
}

/** A message and the [outcome] that its sender may wait for. */
internal class OutboundMessage(
    override val frame: WsFrame,
    val outcome: CompletableDeferred<TellOutcome>,
    override val expiresAt: Duration = Duration.INFINITE,
) : OutboundItem() {
    init {
        requireData(frame)
    }

    override fun settle(outcome: TellOutcome) {
        this.outcome.complete(outcome)
    }
}

/**
 * Messages that have one [outcome] together, and expire together. Settled on any threads: each item once.
 */
internal class OutboundGroup(
    frames: List<WsFrame>,
    expiresAt: Duration,
    private val outcome: CompletableDeferred<TellOutcome>,
) {
    private class Item(
        override val frame: WsFrame,
        override val expiresAt: Duration,
        private val group: OutboundGroup,
    ) : OutboundItem() {
        override fun settle(outcome: TellOutcome) = group.settled(outcome)
    }

    val items: List<OutboundItem> = frames.map { Item(it, expiresAt, this) }

    // Guarded by this.
    private var open = items.size
    private var done = 0
    private var worst: TellOutcome = TellOutcome.Done

    init {
        if (items.isEmpty()) outcome.complete(TellOutcome.Done)
    }

    private fun settled(one: TellOutcome) {
        val all =
            synchronized(this) {
                if (one === TellOutcome.Done) {
                    done++
                } else if (worst !is TellOutcome.Unknown) {
                    worst = one
                }
                if (--open > 0) return
                if (done in 1..<items.size) TellOutcome.Unknown("$done of ${items.size} left; then: $worst") else worst
            }
        outcome.complete(all)
    }
}

/** A message whose outcome goes to [onOutcome]. */
internal class OutboundSetup(
    override val frame: WsFrame,
    private val onOutcome: (TellOutcome) -> Unit,
) : OutboundItem() {
    init {
        requireData(frame)
    }

    override fun settle(outcome: TellOutcome) = onOutcome(outcome)
}

private fun requireData(frame: WsFrame) =
    require(!frame.kind.isControl) { "frame must be TEXT or BINARY but was ${frame.kind}" }
