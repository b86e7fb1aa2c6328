package io.github.belay.internal.outbound

/**
 * The data lane at one moment. Of the messages [accepted] so far, each is counted in exactly one of [size], [inFlight],
 * [sent], [unknown], [notDelivered], [withdrawn] and [evicted].
 */
internal data class OutboundStats(
    /** Messages taken into the queue. */
    val accepted: Long,
    /** Messages not taken: the queue was full or closed, or there was no link. */
    val refused: Long,
    /** Messages given up for want of room: [evicted], or among the [refused]. */
    val dropped: Long,
    /** Messages that made room for others. */
    val evicted: Long,
    /** Messages flushed to the socket. */
    val sent: Long,
    /** Messages on their way into the socket when their link ended. */
    val unknown: Long,
    /** Messages accepted and never written. */
    val notDelivered: Long,
    /** Messages that their senders took back in time. */
    val withdrawn: Long,
    /** Messages that wait. */
    val size: Int,
    /** Bytes of payload that wait. */
    val bytes: Long,
    /** Bound of [size]. */
    val maxFrames: Int,
    /** Bound of [bytes]. */
    val maxBytes: Long,
    /** How full it is, 1.0 at the bound that is nearer. */
    val fill: Double,
) {
    /** Messages that a writer has taken and not yet settled. */
    val inFlight: Long get() = accepted - size - sent - unknown - notDelivered - withdrawn - evicted
}
