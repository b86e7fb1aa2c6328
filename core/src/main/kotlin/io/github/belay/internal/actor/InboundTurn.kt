package io.github.belay.internal.actor

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.endpoint.WsServerErrorAction
import io.github.belay.frame.WsFrame
import io.github.belay.internal.delivery.Delivery
import io.github.belay.internal.reader.InboundBatch
import io.github.belay.internal.reader.Inbox
import io.github.belay.lifecycle.WsDisconnectCause
import kotlin.time.Duration

/** What the endpoint can make of a message beside a message for the user. */
internal interface InboundActions : LinkRequests {
    /** True while an answer could matter. */
    val awaitsAnswers: Boolean

    fun answer(frame: WsFrame)

    /** [frame] came in, and may speak of subscriptions. */
    fun heard(frame: WsFrame)

    fun send(frame: WsFrame)

    fun authenticated()

    /** Of what arrived [at], something was data. */
    fun data(at: Duration)

    fun stop(cause: WsDisconnectCause)

    fun shutdown(reason: String)

    fun parseError(thrown: Exception)

    fun serverError(error: WsParseOutcome.ServerError)
}

/**
 * Takes one batch through the endpoint, on the actor's turn: answers about subscriptions and to requests are recognised
 * first, then each frame is parsed, and what is meant for the user goes to delivery in one piece and in order.
 */
internal class InboundTurn<M : Any>(
    private val endpoint: WsEndpointHandler<M>,
    private val inbox: Inbox<M>,
    private val delivery: Delivery<M>,
    private val actions: InboundActions,
    private val guard: Guard,
    private val topics: TopicClocks,
    /** Null when nobody wants to know. */
    private val lag: PayloadLag?,
    private val errors: MessageErrors,
    private val continuity: Continuity<M>,
) {
    /** Set by each message of the batch under way that is data. */
    private var hasData = false

    /** Takes the oldest batch through, if it is of the link [generation]; false when there is none. */
    fun takeOne(generation: Long?): Boolean {
        val batch = inbox.poll() ?: return false
        // A read that was under way when its link ended may come in late: nothing of it is for the next link.
        if (batch.generation == generation) process(batch) else drop(batch)
        return true
    }

    /** [takeOne] for all that waits. */
    fun takeAll(generation: Long?) {
        var taken = true
        while (taken) taken = takeOne(generation)
        inbox.isAnswered()
    }

    /** A link opened: what the endpoint has to say to that goes to the user. */
    fun greet(isReconnect: Boolean) {
        guard.run("onOpen", Unit) { endpoint.onOpen() }
        deliver(listOfNotNull(guard.run("onConnectionOpened", null) { endpoint.onConnectionOpened(isReconnect) }))
    }

    /** A link ended, or an attempt failed. */
    fun part(
        cause: WsDisconnectCause,
        willReconnect: Boolean,
    ) {
        val notice =
            guard.run("onConnectionDisconnected", null) { endpoint.onConnectionDisconnected(cause, willReconnect) }
        deliver(listOfNotNull(notice))
    }

    /** Everything was subscribed to again. */
    fun ready() = deliver(continuity.ready())

    /** What broke was subscribed to again, on the link that [news] tells of. */
    fun resubscribed(
        news: Input.Resubscribed,
        generation: Long?,
    ) {
        if (news.generation == generation) deliver(continuity.resubscribed(news.topics))
    }

    private fun deliver(notices: List<M>) = delivery.offer(notices, bytes = 0)

    private fun process(batch: InboundBatch<M>) {
        hasData = batch is InboundBatch.Emitted
        var admitted = emptyList<M>()
        try {
            val messages =
                when (batch) {
                    is InboundBatch.Emitted -> batch.messages
                    is InboundBatch.Forwarded -> parsed(batch)
                }
            if (hasData) actions.data(batch.arrivedAt)
            admitted = continuity.admit(messages)
        } finally {
            // Whatever went wrong: what the batch was charged with is given back, or reading would stop for good.
            delivery.offer(admitted, batch.bytes, received = batch.size, batch.generation)
        }
    }

    private fun parsed(batch: InboundBatch.Forwarded): List<M> {
        // Many a read brings nothing but answers.
        var messages: ArrayList<M>? = null
        for (frame in batch.frames) {
            val message = forwarded(frame, batch) ?: continue
            lag?.sample(frame, batch.arrivedAt)
            val list = messages ?: ArrayList<M>(batch.size).also { messages = it }
            list.add(message)
        }
        return messages.orEmpty()
    }

    /** Lets go of a batch whose link is over: it reaches nobody. */
    private fun drop(batch: InboundBatch<M>) = delivery.offer(emptyList(), batch.bytes, received = batch.size)

    /** What [frame] has for the user; null for nothing. */
    private fun forwarded(
        frame: WsFrame,
        batch: InboundBatch.Forwarded,
    ): M? {
        actions.heard(frame)
        val mayAnswer =
            actions.awaitsAnswers && guard.run("maybeRequestResponse", false) { endpoint.maybeRequestResponse(frame) }
        if (mayAnswer) actions.answer(frame)
        when (val outcome = parse(frame, batch.generation)) {
            WsParseOutcome.Continue -> return null
            is WsParseOutcome.Message -> return outcome.also { classify(it, batch.arrivedAt) }.message
            is WsParseOutcome.Send -> actions.send(outcome.frame)
            WsParseOutcome.SessionAuthenticated -> actions.authenticated()
            is WsParseOutcome.Reconnect -> actions.end(WsDisconnectCause.EndpointRequested(outcome.reason))
            is WsParseOutcome.Shutdown -> actions.shutdown(outcome.reason)
            is WsParseOutcome.ServerError -> serverError(outcome)
        }
        return null
    }

    private fun classify(
        outcome: WsParseOutcome.Message<M>,
        arrivedAt: Duration,
    ) {
        if (!outcome.isData) return
        hasData = true
        outcome.topic?.let { topics.arrived(it, arrivedAt) }
    }

    // What parse throws is no fault of the endpoint's: the peer may have sent nonsense.
    @Suppress("TooGenericExceptionCaught")
    private fun parse(
        frame: WsFrame,
        generation: Long,
    ): WsParseOutcome<M> =
        try {
            // An endpoint in Java can break the promise of its type.
            val outcome: WsParseOutcome<M>? = endpoint.parse(frame)
            requireNotNull(outcome) { "parse must not return null" }
        } catch (malformed: Exception) {
            actions.parseError(malformed)
            guard.warn("parse", malformed)
            errors.failed("parse", generation, malformed)
            WsParseOutcome.Continue
        }

    private fun serverError(error: WsParseOutcome.ServerError) {
        actions.serverError(error)
        val cause = WsDisconnectCause.ServerError(error.code, error.text)
        val action =
            guard.run("handleServerError", WsServerErrorAction.CONTINUE) {
                val wanted: WsServerErrorAction? = endpoint.handleServerError(error)
                requireNotNull(wanted) { "handleServerError must not return null" }
            }
        when (action) {
            WsServerErrorAction.CONTINUE -> Unit
            WsServerErrorAction.RECONNECT -> actions.end(cause)
            WsServerErrorAction.FATAL -> actions.stop(cause)
        }
    }
}
