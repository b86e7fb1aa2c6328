package io.github.belay.internal.delivery

/**
 * Counts what was received and not yet taken by the user, and tells when reading has to pause.
 *
 * It never refuses anything: what a read brought is in memory already. It is over as soon as it holds more than
 * [maxMessages] or more than [maxBytes], and stays over until both are down to half, so that reading does not stutter
 * around the limit.
 *
 * Safe from any thread. [onOver] runs on the thread that charged, once each time the budget gets over; [onRoom] on the
 * thread that released, once each time it stops being over; both are quick and do not throw. The reader pauses first
 * and looks at [isOver] again afterwards, for room may have come, and [onRoom] with it, between its look and its pause.
 */
internal class InboundBudget(
    private val maxMessages: Int,
    val maxBytes: Long,
    private val onOver: () -> Unit,
    private val onRoom: () -> Unit,
) {
    private val lock = Any()

    // Written under [lock].
    private var messages = 0L
    private var bytes = 0L

    /** Whether reading has to pause. Written under [lock], read from any thread. */
    @Volatile
    var isOver: Boolean = false
        private set

    init {
        require(maxMessages >= 1) { "maxMessages must be >= 1 but was $maxMessages" }
        require(maxBytes >= 1) { "maxBytes must be >= 1 but was $maxBytes" }
    }

    fun charge(
        messages: Int,
        bytes: Long,
    ) = adjust(messages, bytes)

    fun release(
        messages: Int,
        bytes: Long,
    ) = adjust(-messages, -bytes)

    /** Charges and releases in one step: what is over or not is decided by the difference. */
    fun adjust(
        messages: Int,
        bytes: Long,
    ) {
        val before: Boolean
        val after: Boolean
        synchronized(lock) {
            check(this.messages + messages >= 0 && this.bytes + bytes >= 0) {
                "released ${-messages} messages and ${-bytes} bytes of ${this.messages} and ${this.bytes}"
            }
            this.messages += messages
            this.bytes += bytes
            before = isOver
            if (this.messages > maxMessages || this.bytes > maxBytes) isOver = true
            if (this.messages <= maxMessages / 2 && this.bytes <= maxBytes / 2) isOver = false
            after = isOver
        }
        if (!before && after) onOver()
        if (before && !after) onRoom()
    }
}
