package io.github.belay.continuity

import io.github.belay.frame.WsFrame
import io.github.belay.frame.forLog

/**
 * How a protocol numbers its messages, so that what is missing or comes twice is found.
 *
 * The messages of a topic carry numbers of which each is one more than the last; on each link a topic may begin
 * anywhere. At most 65536 topics are watched; those beyond are delivered as they come. The functions run on the
 * connection's own turn: they are quick and never block. A message at which one of them throws is delivered unchecked.
 */
public interface WsSequences<in M : Any> {
    /** The topic of [message]; null when it is not numbered. */
    public fun topicOf(message: M): String?

    /** The number of [message] in its topic; the last one when it covers several. */
    public fun sequenceOf(message: M): Long

    /** The first number that [message] covers; by default it covers one. */
    public fun firstSequenceOf(message: M): Long = sequenceOf(message)

    /** What to do about a message that is not the next one; by default to drop repeats and to go on behind what is missing. */
    public fun onBreak(broken: WsSequenceBreak): WsSequenceRecovery =
        if (broken.isRepeat) WsSequenceRecovery.DROP else WsSequenceRecovery.CONTINUE

    /**
     * The message that asks the server for [topics] afresh; null, the default, for none. Called once for each read in which
     * topics broke, with all of them.
     */
    public fun resubscription(topics: List<String>): WsFrame? = null
}

/** A message that is not the next one of its topic. */
public class WsSequenceBreak(
    /** The topic. */
    public val topic: String,
    /** The number that was to come next. */
    public val expected: Long,
    /** The first number that the message covers. */
    public val first: Long,
    /** The last number that the message covers. */
    public val last: Long,
) {
    /** True if all of it came before; false if something is missing before it. */
    public val isRepeat: Boolean get() = last < expected

    override fun toString(): String =
        "WsSequenceBreak(topic=${topic.forLog()}, expected=$expected, first=$first, last=$last)"
}

/** What to do about a message that is not the next one of its topic. Where something is missing, a gap is told in its place. */
public enum class WsSequenceRecovery {
    /** Deliver it and count on from it. */
    CONTINUE,

    /** Drop it; count on from it if it lies ahead. */
    DROP,

    /** Drop it and whatever else the link brings, and open another link. */
    RECONNECT,

    /** Drop it and what the topic brings until [WsSequences.resubscription] has left; then count from any number. */
    RESUBSCRIBE,
}
