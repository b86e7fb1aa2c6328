package io.github.belay.testing.connection

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.subscription.KeyedSubscriptions
import io.github.belay.subscription.WsSubscriptionFailureAction
import io.github.belay.subscription.WsSubscriptionProtocol
import io.github.belay.subscription.WsSubscriptionResponse
import io.github.belay.testing.MockConnection
import kotlin.time.Duration

/**
 * Subscriptions as words: `+a b` and `-a b` go out; `ack a b` and `nack a b` answer them. `welcome` says that the session is
 * authenticated; every other text is a message.
 */
internal open class Words : WsSubscriptionProtocol {
    /** How often an answer was looked for. */
    var looks = 0

    override fun subscribe(
        id: Long,
        keys: List<String>,
    ): WsFrame = WsFrame.text("+" + keys.joinToString(" "))

    override fun unsubscribe(
        id: Long,
        keys: List<String>,
    ): WsFrame? = WsFrame.text("-" + keys.joinToString(" "))

    override fun handleSubscriptionResponse(frame: WsFrame): WsSubscriptionResponse? {
        looks++
        val words = frame.payload.decodeToString().split(' ')
        return when (words.first()) {
            "ack" -> WsSubscriptionResponse.acknowledged(words.drop(1))
            "nack" -> WsSubscriptionResponse.rejected(words.drop(1), "no such key")
            else -> null
        }
    }
}

/** A text protocol with keyed subscriptions. */
internal open class KeyedProtocol(
    override val subscriptions: KeyedSubscriptions,
    auth: WsFrame? = null,
    override val sessionMode: WsSessionMode = WsSessionMode.PUBLIC,
) : TextProtocol(auth) {
    override fun understand(text: String): WsParseOutcome<String> =
        if (text == "welcome") WsParseOutcome.SessionAuthenticated else WsParseOutcome.Message(text)
}

/** Keyed subscriptions in [Words]. */
internal fun keyed(
    vararg initial: String,
    words: WsSubscriptionProtocol = Words(),
    maxKeysPerMessage: Int = 100,
    pacing: Duration = Duration.ZERO,
    ackTimeout: Duration? = null,
    onRejected: WsSubscriptionFailureAction = WsSubscriptionFailureAction.KEEP_LINK,
    onAckTimeout: WsSubscriptionFailureAction = WsSubscriptionFailureAction.KEEP_LINK,
): KeyedSubscriptions =
    KeyedSubscriptions(words, initial.asList(), maxKeysPerMessage, pacing, ackTimeout, onRejected, onAckTimeout)

/** Everything that has come by now, as text. */
internal fun MockConnection.received(): List<String> =
    generateSequence { tryReceive() }.map { it.payload.decodeToString() }.toList()
