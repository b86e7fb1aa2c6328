package io.github.belay.testing.sim

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsServerErrorAction
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.ingress.WsIngress
import io.github.belay.ingress.WsIngressAction
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.KeyedSubscriptions
import io.github.belay.subscription.WsSubscriptionManager
import io.github.belay.subscription.WsSubscriptionProtocol
import io.github.belay.subscription.WsSubscriptionResponse
import io.github.belay.subscription.WsSubscriptionSet

/** The client's half of the [Script]. */
internal class SimEndpoint(
    private val settings: Settings,
    private val pauses: Pauses,
) : WsEndpointHandler<Script.Tick> {
    override val sessionMode: WsSessionMode
        get() = if (settings.gated) WsSessionMode.AUTH_GATED else WsSessionMode.PUBLIC

    override val subscriptions: WsSubscriptionSet = if (settings.ownManager) Own() else keyed()

    /** Never changes its mind. */
    private inner class Own : WsSubscriptionManager {
        override fun initialSubscriptions(): List<WsFrame> =
            List(settings.topics) { topic -> Script.Subscribe(id = 0, listOf(topic)).toFrame() }
    }

    private fun keyed() =
        KeyedSubscriptions(
            SimSubscriptions,
            initial = List(settings.topics) { it.toString() },
            settings.maxKeysPerMessage,
            ackTimeout = settings.ackTimeout,
        )

    override suspend fun generateAuth(): WsFrame? = if (settings.gated) Script.Auth.toFrame() else null

    override fun parse(frame: WsFrame): WsParseOutcome<Script.Tick> =
        when (val words = words(frame)) {
            null -> throw IllegalArgumentException("nonsense")
            is Script.Tick -> WsParseOutcome.Message(words)
            Script.Welcome -> WsParseOutcome.SessionAuthenticated
            Script.Trouble -> WsParseOutcome.ServerError(code = 1, "trouble")
            Script.Retire -> WsParseOutcome.Reconnect("asked to")
            else -> WsParseOutcome.Continue
        }

    override fun maybeRequestResponse(frame: WsFrame): Boolean =
        words(frame).let {
            it is Script.Done ||
                it is Script.Denied
        }

    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? =
        when (val words = words(frame)) {
            is Script.Done -> WsRequestMatch.ok(words.id)
            is Script.Denied -> WsRequestMatch.rejected(words.id, "denied")
            else -> null
        }

    override fun handleServerError(error: WsParseOutcome.ServerError): WsServerErrorAction =
        WsServerErrorAction.RECONNECT

    override suspend fun handleMessage(message: Script.Tick) = pauses.inHandler()

    override fun classifyDisconnect(cause: WsDisconnectCause): WsDisconnectAction = settings.action(cause)
}

private fun words(frame: WsFrame): Script? = (frame as? WsFrame.Text)?.let { Script.parse(it.text.toString()) }

/** Topics as keys. */
private object SimSubscriptions : WsSubscriptionProtocol {
    override fun subscribe(
        id: Long,
        keys: List<String>,
    ): WsFrame = Script.Subscribe(id, keys.map { it.toInt() }).toFrame()

    override fun unsubscribe(
        id: Long,
        keys: List<String>,
    ): WsFrame? = Script.Unsubscribe(id, keys.map { it.toInt() }).toFrame()

    override fun handleSubscriptionResponse(frame: WsFrame): WsSubscriptionResponse? =
        when (val words = words(frame)) {
            is Script.Agreed -> WsSubscriptionResponse.acknowledged(words.id)
            is Script.Refused -> WsSubscriptionResponse.rejected(words.id, "refused")
            else -> null
        }
}

/** Throws at poison, delivers ticks past the endpoint if it [emits], and leaves it everything else. */
internal class SimIngress(
    private val emits: Boolean,
) : WsIngress<Script.Tick> {
    override fun onFrame(frame: WsFrameView): WsIngressAction<Script.Tick> {
        val words = Script.parse(frame.decodeToString())
        check(words != Script.Poison) { "poison" }
        return if (emits && words is Script.Tick) WsIngressAction.Emit(words) else WsIngressAction.Forward
    }
}
