package io.github.belay.internal.reconcile

import io.github.belay.continuity.WsContinuityEvent.Gap
import io.github.belay.continuity.WsContinuityEvent.Restored
import io.github.belay.continuity.WsSequenceBreak
import io.github.belay.continuity.WsSequenceRecovery
import io.github.belay.lifecycle.WsDisconnectCause
import kotlin.time.Duration

/** What the table makes of a message. */
internal sealed interface TopicVerdict {
    /** It is the next one, or the first. */
    data object Next : TopicVerdict

    /** Its topic, or its whole link, is being replaced. */
    data object Unwanted : TopicVerdict

    class Broken(
        val at: WsSequenceBreak,
    ) : TopicVerdict
}

/** What a recovery asks for. */
internal class TopicRecovery(
    val isDelivered: Boolean,
    /** To be told in the place of the message, before it if it is delivered. */
    val gap: Gap? = null,
    /** The topic is to be subscribed to again; [TopicTable.resubscribed] follows. */
    val resubscribes: Boolean = false,
    /** The link is to end because of this. */
    val endsLink: WsDisconnectCause? = null,
)

/**
 * How far each topic of a connection has come, across its links, and what its gaps are.
 *
 * It decides and does nothing: time comes in as a parameter, counted from the connection's epoch. Not thread-safe.
 */
internal class TopicTable(
    private val maxTopics: Int = MAX_TOPICS,
) {
    private class Topic(
        val name: String,
    ) {
        /** False until a message of the current count has come: any number may be the first. */
        var isCounting = false
        var isRenewing = false
        var lastSequence: Long? = null

        /** Since when messages may be missing that no [Restored] has ended; null while the topic is whole. */
        var brokenAt: Duration? = null

        /** Why there is a gap that was not told yet; null for none. */
        var dueGap: WsDisconnectCause? = null
    }

    private val topics = LinkedHashMap<String, Topic>()

    /** True from a break that costs the link until the next link. */
    private var isCondemned = false

    /** True while gaps wait for [takeGaps]. */
    var hasGaps: Boolean = false
        private set

    /** From now on the loss of a link is a gap of [topic], whether its messages are numbered or not. */
    fun watch(topic: String) {
        find(topic)
    }

    /** Nobody wants [topic] any more. */
    fun forget(topic: String) {
        topics.remove(topic)
    }

    /** Takes in a message of [topic] that covers the numbers [first] to [last]. */
    fun judge(
        topic: String,
        first: Long,
        last: Long,
    ): TopicVerdict {
        if (isCondemned) return TopicVerdict.Unwanted
        val known = find(topic) ?: return TopicVerdict.Next
        val before = known.lastSequence
        if (known.isRenewing) return TopicVerdict.Unwanted
        if (known.isCounting && before != null && before + 1 !in first..last) {
            return TopicVerdict.Broken(WsSequenceBreak(topic, before + 1, first, last))
        }
        known.isCounting = true
        known.lastSequence = last
        return TopicVerdict.Next
    }

    /** What becomes of the message at which [broken] was found, if [recovery] is to be. */
    fun recover(
        broken: WsSequenceBreak,
        recovery: WsSequenceRecovery,
        now: Duration,
    ): TopicRecovery {
        val topic = topics.getValue(broken.topic)
        val cause = WsDisconnectCause.SequenceBroken(broken.topic, broken.expected, broken.first)
        val gap = Gap(broken.topic, topic.lastSequence, Duration.ZERO, cause)
        return when (recovery) {
            WsSequenceRecovery.CONTINUE -> {
                topic.lastSequence = broken.last
                TopicRecovery(isDelivered = true, gap.takeUnless { broken.isRepeat })
            }

            WsSequenceRecovery.DROP -> {
                topic.lastSequence = maxOf(broken.last, broken.expected - 1)
                TopicRecovery(isDelivered = false, gap.takeUnless { broken.isRepeat })
            }

            WsSequenceRecovery.RECONNECT -> {
                isCondemned = true
                TopicRecovery(isDelivered = false, endsLink = cause)
            }

            WsSequenceRecovery.RESUBSCRIBE -> {
                topic.isRenewing = true
                if (topic.brokenAt == null) topic.brokenAt = now
                TopicRecovery(isDelivered = false, gap, resubscribes = true)
            }
        }
    }

    /** A link opened: counting starts afresh. */
    fun opened() {
        isCondemned = false
        topics.values.forEach(::startAfresh)
    }

    /** An open link was lost at [at]. */
    fun lost(
        at: Duration,
        cause: WsDisconnectCause,
    ) {
        for (topic in topics.values) {
            if (topic.brokenAt == null) topic.brokenAt = at
            if (topic.dueGap == null) topic.dueGap = cause
        }
        hasGaps = topics.isNotEmpty()
    }

    /** The gaps that are due, each once; they belong before the next message. */
    fun takeGaps(now: Duration): List<Gap> {
        hasGaps = false
        return topics.values.mapNotNull { topic ->
            topic.dueGap?.let { cause ->
                topic.dueGap = null
                Gap(topic.name, topic.lastSequence, now - (topic.brokenAt ?: now), cause)
            }
        }
    }

    /** Every topic was subscribed to again. Gaps come first. */
    fun takeRestored(now: Duration): List<Restored> = topics.values.mapNotNull { restored(it, now) }

    /** [names] were subscribed to again, as a break of theirs asked for. */
    fun resubscribed(
        names: List<String>,
        now: Duration,
    ): List<Restored> =
        names.mapNotNull { name ->
            topics[name]?.takeIf { it.isRenewing }?.let { topic ->
                startAfresh(topic)
                restored(topic, now)
            }
        }

    private fun restored(
        topic: Topic,
        now: Duration,
    ): Restored? {
        val since = topic.brokenAt
        if (since == null || topic.isRenewing) return null
        topic.brokenAt = null
        return Restored(topic.name, now - since)
    }

    private fun startAfresh(topic: Topic) {
        topic.isCounting = false
        topic.isRenewing = false
    }

    /** Null for one topic too many: the server must not decide how much memory this takes. */
    private fun find(name: String): Topic? =
        topics[name] ?: if (topics.size < maxTopics) Topic(name).also { topics[name] = it } else null

    companion object {
        const val MAX_TOPICS: Int = 65_536
    }
}
