package io.github.belay.internal.actor

import io.github.belay.continuity.WsContinuityEvent
import io.github.belay.continuity.WsSequenceBreak
import io.github.belay.continuity.WsSequenceRecovery
import io.github.belay.continuity.WsSequences
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.WsFrame
import io.github.belay.internal.reconcile.TopicTable
import io.github.belay.internal.reconcile.TopicVerdict
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause

/** What a break in the numbering can ask of the link. */
internal interface LinkRequests {
    fun end(cause: WsDisconnectCause)

    /** Sends [frame], which asks for [topics] afresh; [Continuity.resubscribed] follows when it has left. */
    fun resubscribe(
        topics: List<String>,
        frame: WsFrame,
    )
}

/**
 * Lets messages through by their numbers, and puts what befell their topics in its place among them. Owned by the actor:
 * not thread-safe.
 */
internal class Continuity<M : Any>(
    private val endpoint: WsEndpointHandler<M>,
    private val clock: Clock,
    private val guard: Guard,
    private val link: LinkRequests,
) {
    /** Null when messages are not numbered. */
    private val sequences: WsSequences<M>? = guard.run("sequences", null) { endpoint.sequences }
    private val topics = TopicTable()

    /** Keys that lost links carried subscriptions to, and that are still wanted: topics, whether they are numbered or not. */
    private val watched = LinkedHashSet<String>()

    /** Topics that broke in the read under way and are to be subscribed to again. */
    private val broken = LinkedHashSet<String>()
    private var isLinkOpen = false

    /** A link is open; [wanted] are the keys that it will be asked for. */
    fun opened(wanted: Set<String>) {
        isLinkOpen = true
        forgetBut(wanted)
        topics.opened()
    }

    /** What the user is to hear now that every topic was subscribed to again. */
    fun ready(): List<M> {
        val now = clock.now()
        return told(topics.takeGaps(now) + topics.takeRestored(now))
    }

    /** The link is gone because of [cause]. It [carried] subscriptions to these keys, and [wanted] are those to come. */
    fun lost(
        cause: WsDisconnectCause,
        carried: List<String>,
        wanted: Set<String>,
    ) {
        if (isLinkOpen) {
            forgetBut(wanted)
            watched += carried
            carried.forEach(topics::watch)
            topics.lost(clock.now(), cause)
        }
        isLinkOpen = false
    }

    /** Of what nobody wants any more nothing can be missing. */
    private fun forgetBut(wanted: Set<String>) {
        val unwanted = watched - wanted
        unwanted.forEach(topics::forget)
        watched -= unwanted
    }

    fun resubscribed(names: List<String>): List<M> = told(topics.resubscribed(names, clock.now()))

    /** What [messages], which one read brought, come to for the user. */
    fun admit(messages: List<M>): List<M> {
        if (messages.isEmpty() || (sequences == null && !topics.hasGaps)) return messages
        val admitted = ArrayList<M>(messages.size)
        if (topics.hasGaps) admitted.addAll(told(topics.takeGaps(clock.now())))
        if (sequences == null) admitted.addAll(messages) else messages.forEach { admit(it, sequences, admitted) }
        if (broken.isNotEmpty()) renew(broken.toList().also { broken.clear() }, sequences, admitted)
        return admitted
    }

    private fun admit(
        message: M,
        sequences: WsSequences<M>,
        admitted: MutableList<M>,
    ) {
        val verdict =
            guard.run("sequences", TopicVerdict.Next) {
                val topic = sequences.topicOf(message)
                if (topic == null) {
                    TopicVerdict.Next
                } else {
                    topics.judge(topic, sequences.firstSequenceOf(message), sequences.sequenceOf(message))
                }
            }
        when (verdict) {
            TopicVerdict.Next -> admitted += message
            TopicVerdict.Unwanted -> return
            is TopicVerdict.Broken -> recover(message, verdict.at, sequences, admitted)
        }
    }

    private fun recover(
        message: M,
        at: WsSequenceBreak,
        sequences: WsSequences<M>,
        admitted: MutableList<M>,
    ) {
        val wanted =
            guard.run("onBreak", WsSequenceRecovery.CONTINUE) {
                // Java can break the promise of its type.
                val recovery: WsSequenceRecovery? = sequences.onBreak(at)
                requireNotNull(recovery) { "onBreak must not return null" }
            }
        val recovery = topics.recover(at, wanted, clock.now())
        recovery.gap?.let(::told)?.let(admitted::add)
        if (recovery.isDelivered) admitted += message
        if (recovery.resubscribes) broken += at.topic
        recovery.endsLink?.let(link::end)
    }

    /** What is subscribed to without a message of ours counts as done. */
    private fun renew(
        names: List<String>,
        sequences: WsSequences<M>?,
        admitted: MutableList<M>,
    ) {
        val frame =
            guard.run("resubscription", null) {
                sequences?.resubscription(names)?.also {
                    require(!it.kind.isControl) { "a resubscription must be TEXT or BINARY but was ${it.kind}" }
                }
            }
        if (frame == null) admitted.addAll(resubscribed(names)) else link.resubscribe(names, frame)
    }

    private fun told(events: List<WsContinuityEvent>): List<M> = events.mapNotNull(::told)

    private fun told(event: WsContinuityEvent): M? = guard.run("onContinuity", null) { endpoint.onContinuity(event) }
}
