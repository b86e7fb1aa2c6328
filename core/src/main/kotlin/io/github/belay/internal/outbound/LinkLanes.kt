package io.github.belay.internal.outbound

import kotlinx.coroutines.CancellableContinuation

/**
 * What waits for one link and dies with it, and whether that link may carry application messages. Not thread-safe: the
 * queue's lock guards it.
 */
internal class LinkLanes(
    val generation: Long,
) {
    val control = ControlLane()

    /** Authentication, replay and answers that the protocol demands. */
    val setup = Lane()

    /** True while the link may take from the data lane. */
    var isOpen = false

    /** True once the link has ended. */
    var isOver = false

    /** The link's writer while it sleeps for want of work. */
    var sleeper: CancellableContinuation<Unit>? = null

    fun hasWork(data: Lane): Boolean =
        control.first != null || (!control.isClosed && (setup.size > 0 || (isOpen && data.size > 0)))

    /** Takes as much as fits, control frames first, and nothing beyond a Close frame. */
    fun fill(
        batch: OutboundBatch,
        data: Lane,
    ) {
        batch.fillFrom(control)
        if (control.isClosed) return
        batch.fillFrom(setup)
        if (isOpen) batch.fillFromData(data)
    }
}
