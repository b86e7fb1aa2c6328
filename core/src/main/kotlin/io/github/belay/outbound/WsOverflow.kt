package io.github.belay.outbound

/** What becomes of a message for which the outbound queue has no room. */
public enum class WsOverflow {
    /** It is refused: its outcome is [TellOutcome.QueueFull] at once. For whoever decides by himself what to do then. */
    FAIL,

    /**
     * Its sender waits for room: `send` suspends, and blocks the calling thread in Java. What never waits, as `tell` and
     * `ask` do not, is refused like under [FAIL]. For what must not get lost.
     */
    BLOCK,

    /**
     * The messages that have waited longest make room for it, and end as [TellOutcome.Dropped]; requests that have not left
     * are messages, too, and end as not delivered. For data of which the latest counts.
     */
    DROP_OLDEST,

    /** It is dropped: its outcome is [TellOutcome.Dropped] at once. For data of which the first counts. */
    DROP_NEWEST,
}
