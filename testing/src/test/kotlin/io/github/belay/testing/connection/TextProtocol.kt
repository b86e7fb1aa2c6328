package io.github.belay.testing.connection

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.subscription.WsSubscriptionSet

/**
 * A text protocol that writes down what it is asked. Every message is one for the user; a test overrides what it is about.
 *
 * `ok:7` and `no:7` answer request 7.
 */
internal open class TextProtocol(
    private val auth: WsFrame? = null,
    private val topics: List<String> = emptyList(),
    private val action: WsDisconnectAction = WsDisconnectAction.BACKOFF_RECONNECT,
) : WsEndpointHandler<String> {
    /** What was called, in order. */
    val calls = ArrayList<String>()

    /** What `handleMessage` received. */
    val handled = ArrayList<String>()

    /** What `classifyDisconnect` was asked about. */
    val classified = ArrayList<WsDisconnectCause>()

    override val subscriptions: WsSubscriptionSet =
        object : WsSubscriptionManager {
            override fun initialSubscriptions(): List<WsFrame> = topics.map(WsFrame::text)
        }

    override fun onOpen() {
        calls += "onOpen"
    }

    override fun onConnectionOpened(isReconnect: Boolean): String? {
        calls += "opened($isReconnect)"
        return null
    }

    override suspend fun generateAuth(): WsFrame? = auth

    override fun parse(frame: WsFrame): WsParseOutcome<String> = understand(frame.payload.decodeToString())

    /** What [text] means. */
    open fun understand(text: String): WsParseOutcome<String> = WsParseOutcome.Message(text)

    override fun maybeRequestResponse(frame: WsFrame): Boolean = true

    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? {
        val text = frame.payload.decodeToString()
        val id = text.substringAfter(':', "").toLongOrNull() ?: return null
        return when (text.substringBefore(':')) {
            "ok" -> WsRequestMatch.ok(id)
            "no" -> WsRequestMatch.rejected(id, "not today")
            else -> null
        }
    }

    override suspend fun handleMessage(message: String) {
        handled += message
    }

    override fun onConnectionDisconnected(
        cause: WsDisconnectCause,
        willReconnect: Boolean,
    ): String? {
        calls += "disconnected($willReconnect)"
        return null
    }

    override fun classifyDisconnect(cause: WsDisconnectCause): WsDisconnectAction {
        classified += cause
        return action
    }
}
