package io.github.belay.continuity

import io.github.belay.frame.forLog
import io.github.belay.lifecycle.WsDisconnectCause
import kotlin.time.Duration

/** What befell a topic, told in its place among the messages. [toString] is fit for a log. */
public sealed class WsContinuityEvent {
    /** The topic, by the name that the endpoint gave it. */
    public abstract val topic: String

    /**
     * Messages of the topic may be missing between those before this event and those behind it.
     *
     * Each lost link makes one for each topic, before the first message that comes after the loss; where the numbering
     * shows that messages are missing, it comes in their place.
     */
    public class Gap(
        override val topic: String,
        /** The number of the last message before the gap; null when no message of the topic had one. */
        public val lastSequence: Long?,
        /** How long the topic had no link; zero when messages are missing on a link that lasts. */
        public val outage: Duration,
        /** Why. */
        public val cause: WsDisconnectCause,
    ) : WsContinuityEvent() {
        /** [outage] in milliseconds. */
        public val outageMillis: Long get() = outage.inWholeMilliseconds

        override fun toString(): String =
            "Gap(topic=${topic.forLog()}, lastSequence=$lastSequence, outage=$outage, cause=$cause)"
    }

    /**
     * The topic was subscribed to again after a [Gap]: the request for it has left. For a lost link that is when the next
     * one is ready.
     */
    public class Restored(
        override val topic: String,
        /** How long that took, from the loss on. */
        public val outage: Duration,
    ) : WsContinuityEvent() {
        /** [outage] in milliseconds. */
        public val outageMillis: Long get() = outage.inWholeMilliseconds

        override fun toString(): String = "Restored(topic=${topic.forLog()}, outage=$outage)"
    }
}
