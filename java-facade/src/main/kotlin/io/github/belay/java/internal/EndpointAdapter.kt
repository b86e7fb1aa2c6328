package io.github.belay.java.internal

import io.github.belay.continuity.WsContinuityEvent
import io.github.belay.continuity.WsSequences
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsServerErrorAction
import io.github.belay.endpoint.WsSessionMode
import io.github.belay.endpoint.WsTimestampSink
import io.github.belay.frame.WsFrame
import io.github.belay.java.WsEndpoint
import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.request.WsRequestMatch
import io.github.belay.subscription.WsSubscriptionSet
import kotlinx.coroutines.runInterruptible

/** Speaks the protocol of a Java [endpoint] to the connection. */
internal class EndpointAdapter<M : Any>(
    private val endpoint: WsEndpoint<M>,
) : WsEndpointHandler<M> {
    override val sessionMode: WsSessionMode get() = endpoint.sessionMode()

    override val subscriptions: WsSubscriptionSet get() = endpoint.subscriptions()

    override fun onOpen() = endpoint.onOpen()

    override fun onConnectionOpened(isReconnect: Boolean): M? = endpoint.onConnectionOpened(isReconnect)

    override suspend fun generateAuth(): WsFrame? = endpoint.generateAuth().awaitOf("generateAuth")

    override fun parse(frame: WsFrame): WsParseOutcome<M> = endpoint.parse(frame)

    override fun maybeRequestResponse(frame: WsFrame): Boolean = endpoint.maybeRequestResponse(frame)

    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? = endpoint.matchRequestResponse(frame)

    override val sequences: WsSequences<M>? get() = endpoint.sequences()

    override fun onContinuity(event: WsContinuityEvent): M? = endpoint.onContinuity(event)

    override fun handleServerError(error: WsParseOutcome.ServerError): WsServerErrorAction =
        endpoint.handleServerError(error)

    /** False for an endpoint that leaves messages to consumers and publishers, as many do. */
    private val handlesMessages =
        endpoint.javaClass.getMethod("handleMessage", Any::class.java).declaringClass != WsEndpoint::class.java

    override suspend fun handleMessage(message: M) {
        // To be interruptible costs more than all the rest that is done for a message.
        if (handlesMessages) runInterruptible { endpoint.handleMessage(message) }
    }

    override fun samplePayloadTimestamps(
        frame: WsFrame,
        sink: WsTimestampSink,
    ) = endpoint.samplePayloadTimestamps(frame, sink)

    override fun onConnectionDisconnected(
        cause: WsDisconnectCause,
        willReconnect: Boolean,
    ): M? = endpoint.onConnectionDisconnected(cause, willReconnect)

    override fun classifyDisconnect(cause: WsDisconnectCause): WsDisconnectAction = endpoint.classifyDisconnect(cause)
}
