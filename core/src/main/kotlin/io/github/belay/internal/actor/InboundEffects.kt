package io.github.belay.internal.actor

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.frame.typeName
import io.github.belay.internal.machine.ConnectionInput
import io.github.belay.lifecycle.WsDisconnectCause
import kotlin.time.Duration

/** Does what the endpoint made of a message, beside messages for the user. Owned by the actor: not thread-safe. */
internal class InboundEffects(
    private val endpoint: WsEndpointHandler<*>,
    private val guard: Guard,
    private val requests: Requests,
    private val subscriptions: Subscriptions,
    private val links: LinkRunner<*>,
    private val stats: StatsRecorder,
    private val step: (ConnectionInput) -> Unit,
    private val post: (Input.Fact) -> Unit,
) : InboundActions {
    override val awaitsAnswers: Boolean get() = requests.isAwaiting

    override fun answer(frame: WsFrame) {
        val match = guard.run("matchRequestResponse", null) { endpoint.matchRequestResponse(frame) }
        if (match != null) requests.answer(match, frame)
    }

    override fun heard(frame: WsFrame) = subscriptions.heard(frame)

    override fun send(frame: WsFrame) = links.answer(frame)

    override fun resubscribe(
        topics: List<String>,
        frame: WsFrame,
    ) {
        val generation = links.generation ?: return
        links.answer(frame) { post(Input.Resubscribed(generation, topics)) }
    }

    override fun authenticated() = links.authenticated()

    override fun end(cause: WsDisconnectCause) = links.endCurrent(cause)

    override fun data(at: Duration) = links.data(at)

    override fun stop(cause: WsDisconnectCause) = step(ConnectionInput.Stop(cause))

    override fun shutdown(reason: String) = step(ConnectionInput.Close(WsDisconnectCause.EndpointRequested(reason)))

    override fun parseError(thrown: Exception) = stats.parseError("parse", thrown.typeName())

    override fun serverError(error: WsParseOutcome.ServerError) = stats.serverError(error.code, error.text)
}
