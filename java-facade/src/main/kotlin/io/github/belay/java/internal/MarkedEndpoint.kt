package io.github.belay.java.internal

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsServerErrorAction
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.endpoint.WsTimestampSink
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.WsSubscriptionSet

/** The same [endpoint], whose functions run marked: wherever the connection takes its turns, that is a thread of its client. */
internal class MarkedEndpoint<M : Any>(
    private val endpoint: WsEndpointHandler<M>,
    private val threads: ClientThreads,
) : WsEndpointHandler<M> by endpoint {
    override val sessionMode: WsSessionMode get() = threads.marked { endpoint.sessionMode }

    override val subscriptions: WsSubscriptionSet = marked(endpoint.subscriptions, threads)

    override fun onOpen() = threads.marked { endpoint.onOpen() }

    override fun onConnectionOpened(isReconnect: Boolean): M? =
        threads.marked { endpoint.onConnectionOpened(isReconnect) }

    override fun parse(frame: WsFrame): WsParseOutcome<M> = threads.marked { endpoint.parse(frame) }

    override fun maybeRequestResponse(frame: WsFrame): Boolean = threads.marked { endpoint.maybeRequestResponse(frame) }

    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? =
        threads.marked { endpoint.matchRequestResponse(frame) }

    override fun handleServerError(error: WsParseOutcome.ServerError): WsServerErrorAction =
        threads.marked { endpoint.handleServerError(error) }

    override fun samplePayloadTimestamps(
        frame: WsFrame,
        sink: WsTimestampSink,
    ) = threads.marked { endpoint.samplePayloadTimestamps(frame, sink) }

    override fun onConnectionDisconnected(
        cause: WsDisconnectCause,
        willReconnect: Boolean,
    ): M? = threads.marked { endpoint.onConnectionDisconnected(cause, willReconnect) }

    override fun classifyDisconnect(cause: WsDisconnectCause): WsDisconnectAction =
        threads.marked { endpoint.classifyDisconnect(cause) }
}
