package io.github.belay.outbound

/** What becomes of messages while no link is ready to take them. */
public enum class WsOfflinePolicy {
    /** They wait in the queue, survive lost links there, and leave in order on the next one. */
    KEEP,

    /** They end as [TellOutcome.NotDelivered]: those that wait when a link is lost, and those that are told without one. */
    REFUSE,
}
