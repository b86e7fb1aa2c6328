package io.github.belay.java.internal

import io.github.belay.continuity.WsContinuityEvent
import io.github.belay.continuity.WsSequenceBreak
import io.github.belay.continuity.WsSequenceRecovery
import io.github.belay.continuity.WsSequences
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
    private val isInline: Boolean,
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

    override val sequences: WsSequences<M>?
        get() = threads.marked { endpoint.sequences }?.let { MarkedSequences(it, threads) }

    override fun onContinuity(event: WsContinuityEvent): M? = threads.marked { endpoint.onContinuity(event) }

    /** A handler in Java does not suspend, so inline it ends on the thread on which it began. */
    override suspend fun handleMessage(message: M) =
        if (isInline) threads.marked { endpoint.handleMessage(message) } else endpoint.handleMessage(message)

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

private class MarkedSequences<M : Any>(
    private val sequences: WsSequences<M>,
    private val threads: ClientThreads,
) : WsSequences<M> by sequences {
    override fun onBreak(broken: WsSequenceBreak): WsSequenceRecovery = threads.marked { sequences.onBreak(broken) }

    override fun resubscription(topics: List<String>): WsFrame? = threads.marked { sequences.resubscription(topics) }
}
