package io.github.belay.testing.connection

import io.github.belay.continuity.WsContinuityEvent
import io.github.belay.continuity.WsSequenceBreak
import io.github.belay.continuity.WsSequenceRecovery
import io.github.belay.continuity.WsSequences
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectAction

/** A text protocol in which `a 7` is message 7 of topic `a`, and what befalls a topic is a message, too. */
internal open class NumberedProtocol(
    private val recovery: WsSequenceRecovery? = null,
    topics: List<String> = emptyList(),
    action: WsDisconnectAction = WsDisconnectAction.BACKOFF_RECONNECT,
) : TextProtocol(topics = topics, action = action) {
    override val sequences: WsSequences<String> =
        object : WsSequences<String> {
            override fun topicOf(message: String) = message.substringBefore(' ', "").ifEmpty { null }

            override fun sequenceOf(message: String) = message.substringAfter(' ').toLong()

            override fun onBreak(broken: WsSequenceBreak) = recovery ?: super.onBreak(broken)

            override fun resubscription(topics: List<String>): WsFrame? = this@NumberedProtocol.resubscription(topics)
        }

    open fun resubscription(topics: List<String>): WsFrame? = null

    override fun onContinuity(event: WsContinuityEvent): String =
        when (event) {
            is WsContinuityEvent.Gap -> "gap ${event.topic}>${event.lastSequence} ${event.outage} ${event.cause.kind}"
            is WsContinuityEvent.Restored -> "restored ${event.topic} ${event.outage}"
        }
}
