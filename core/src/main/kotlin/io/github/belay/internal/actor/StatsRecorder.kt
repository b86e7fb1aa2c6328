package io.github.belay.internal.actor

import io.github.belay.frame.typeName
import io.github.belay.internal.delivery.DeliveryListener
import io.github.belay.internal.outbound.OutboundStats
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsConnectionStats
import io.github.belay.observe.WsMetricsReporter
import io.github.belay.observe.WsRequestOutcome
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import org.slf4j.Logger
import org.slf4j.LoggerFactory
import java.util.concurrent.atomic.AtomicLongArray
import kotlin.time.Duration

/**
 * Counts what happens on a connection and tells its reporter, the one and the other for every event.
 *
 * Safe from any thread. Counters change under one lock, once for each burst and not for each frame, so that [snapshot]
 * shows them all at one moment, but for the outcomes of requests. The reporter is called outside it.
 */
internal class StatsRecorder(
    private val client: String,
    reporter: WsMetricsReporter,
    private val clock: Clock,
    private val log: Logger = LoggerFactory.getLogger("io.github.belay.user-code"),
) : DeliveryListener {
    private val reporter =
        GuardedReporter(reporter) { thrown ->
            log.warn(
                "{}: the metrics reporter threw {}; further failures are counted",
                client,
                thrown.typeName(),
            )
        }
    private val lock = Any()

    // Everything below is read and written under [lock].
    private var attemptAt = Duration.ZERO
    private var readyAt: Duration? = null
    private var wasReady = false
    private var attempts = 0L
    private var successes = 0L
    private var failures = 0L
    private var breakerRefusals = 0L
    private var reconnects = 0L
    private var disconnects = 0L
    private var framesIn = 0L
    private var bytesIn = 0L
    private var framesOut = 0L
    private var bytesOut = 0L
    private var delivered = 0L
    private var uncollected = 0L
    private var readingPauses = 0L
    private var parseErrors = 0L
    private var handlerErrors = 0L
    private var serverErrors = 0L
    private var pings = 0L
    private var pongs = 0L
    private var pongTimeouts = 0L
    private var queueRefusals = 0L
    private var queueWarnings = 0L
    private val recentServerErrors = RecentErrors()
    private val internalErrors = RecentErrors()
    private val roundTrips = RoundTrips()

    /** Not under the lock, for these come one by one. */
    private val requests = AtomicLongArray(WsRequestOutcome.entries.size)

    /** Takes note of [event]; called in the order of the events. */
    fun lifecycle(event: WsLifecycleEvent) {
        when (event) {
            is WsLifecycleEvent.Connecting -> attemptBegan()

            is WsLifecycleEvent.Opened -> opened()

            is WsLifecycleEvent.Ready -> ready()

            is WsLifecycleEvent.Disconnected -> ended(event)

            is WsLifecycleEvent.Refused -> refused(event)

            is WsLifecycleEvent.GaveUp, is WsLifecycleEvent.Closed, is WsLifecycleEvent.SubscriptionFailed,
            is WsLifecycleEvent.HighLatency,
            -> return
        }
    }

    /** A read brought [frames]. */
    fun framesReceived(
        frames: Int,
        bytes: Long,
    ) {
        synchronized(lock) {
            framesIn += frames
            bytesIn += bytes
        }
        reporter.framesReceived(client, frames, bytes)
    }

    /** A flush sent [frames]. */
    fun framesSent(
        frames: Int,
        bytes: Long,
    ) {
        synchronized(lock) {
            framesOut += frames
            bytesOut += bytes
        }
        reporter.framesSent(client, frames, bytes)
    }

    /** So much waits for the user that reading is held back. */
    fun readingPaused() {
        synchronized(lock) { readingPauses++ }
        reporter.readingPaused(client)
    }

    /** [context], the endpoint's parser above all, could not understand a message, because of [text]. */
    fun parseError(
        context: String,
        text: String,
    ) {
        synchronized(lock) {
            parseErrors++
            internalErrors.add(clock.now(), context, code = null, text)
        }
        reporter.parseError(client)
    }

    /** User code other than `parse`, called [context], threw. */
    fun handlerError(
        context: String,
        thrown: Exception,
    ) {
        synchronized(lock) {
            handlerErrors++
            internalErrors.add(clock.now(), context, code = null, thrown.typeName())
        }
        reporter.handlerError(client)
    }

    /** The server reported an error in its own protocol. */
    fun serverError(
        code: Int?,
        text: String,
    ) {
        synchronized(lock) {
            serverErrors++
            recentServerErrors.add(clock.now(), context = "server", code, text)
        }
        reporter.serverError(client)
    }

    fun pingSent() {
        synchronized(lock) { pings++ }
        reporter.pingSent(client)
    }

    fun pongReceived(roundTrip: Duration) {
        synchronized(lock) {
            pongs++
            roundTrips.record(roundTrip)
        }
        reporter.pongReceived(client, roundTrip.inWholeNanoseconds)
    }

    /** A ping was not answered in time, and the link goes on. The one that ends it is in the [lifecycle]. */
    fun pongMissed() {
        synchronized(lock) { pongTimeouts++ }
        reporter.pongTimeout(client)
    }

    /** Data of [kind] was so old when it arrived. */
    fun payloadLag(
        kind: String,
        lagMicros: Long,
    ) = reporter.payloadLag(client, kind, lagMicros)

    /** A request ended as [outcome]. */
    fun requestSettled(outcome: WsDelegatedOutcome) {
        val kind = outcome.kind()
        requests.incrementAndGet(kind.ordinal)
        reporter.requestSettled(client, kind)
    }

    /** A message or request found the outbound queue full. */
    fun queueRefused() {
        synchronized(lock) { queueRefusals++ }
        reporter.queueRefused(client)
    }

    /** The outbound queue is at [fill] of its bound, which is much. */
    fun queueFills(fill: Double) {
        synchronized(lock) { queueWarnings++ }
        reporter.queueFilling(client, fill)
    }

    /** So many [messages] were given up to make room for others. */
    fun queueEvicted(messages: Int): Unit = reporter.queueEvicted(client, messages)

    override fun onDelivered(messages: Int) {
        synchronized(lock) { delivered += messages }
        reporter.messagesDelivered(client, messages)
    }

    override fun onUncollected(messages: Int) {
        synchronized(lock) { uncollected += messages }
        reporter.messagesUncollected(client, messages)
    }

    override fun onHandlerError(
        error: Exception,
        generation: Long,
    ) = handlerError("handleMessage", error)

    private fun attemptBegan() {
        synchronized(lock) {
            attempts++
            attemptAt = clock.now()
        }
        reporter.connectAttempt(client)
    }

    private fun opened() {
        val duration =
            synchronized(lock) {
                successes++
                clock.now() - attemptAt
            }
        reporter.connected(client, duration.inWholeNanoseconds)
    }

    private fun ready() {
        synchronized(lock) {
            if (wasReady) reconnects++
            wasReady = true
            readyAt = clock.now()
        }
        reporter.ready(client)
    }

    private fun ended(event: WsLifecycleEvent.Disconnected) {
        val isPongTimeout = event.cause is WsDisconnectCause.PongTimeout
        // An attempt that the user called off did not fail.
        val hasFailed = !event.wasOpen && event.cause !is WsDisconnectCause.Requested
        synchronized(lock) {
            readyAt = null
            if (event.wasOpen) disconnects++
            if (hasFailed) failures++
            if (isPongTimeout) pongTimeouts++
            (event.cause as? WsDisconnectCause.InternalError)?.let(::noteLocked)
        }
        if (isPongTimeout) reporter.pongTimeout(client)
        if (event.wasOpen) reporter.disconnected(client, event.cause)
        if (hasFailed) reporter.connectFailed(client, event.cause)
        if (event.willReconnect) reporter.reconnectScheduled(client, event.retryInMillis)
    }

    /** What broke the owner's own turn was noted when it did. */
    private fun noteLocked(cause: WsDisconnectCause.InternalError) {
        if (cause.context != "actor") internalErrors.add(clock.now(), cause.context, code = null, cause.text)
    }

    private fun refused(event: WsLifecycleEvent.Refused) {
        synchronized(lock) { breakerRefusals++ }
        reporter.breakerRefused(client)
        reporter.reconnectScheduled(client, event.retryIn.inWholeMilliseconds)
    }

    /** Everything at one moment, beside what others know. */
    fun snapshot(
        status: WsConnectionStatus,
        queue: OutboundStats,
        pendingRequests: Int,
        isReadingPaused: Boolean,
        lifecycleEventsLost: Long,
    ): WsConnectionStats =
        synchronized(lock) {
            val since = readyAt.takeIf { status == WsConnectionStatus.CONNECTED }
            WsConnectionStats(
                status = status,
                uptimeMillis = since?.let { (clock.now() - it).inWholeMilliseconds } ?: 0,
                connectAttempts = attempts,
                connectSuccesses = successes,
                connectFailures = failures,
                breakerRefusals = breakerRefusals,
                reconnects = reconnects,
                disconnects = disconnects,
                framesReceived = framesIn,
                bytesReceived = bytesIn,
                framesSent = framesOut,
                bytesSent = bytesOut,
                messagesDelivered = delivered,
                messagesUncollected = uncollected,
                readingPauses = readingPauses,
                isReadingPaused = isReadingPaused,
                lifecycleEventsLost = lifecycleEventsLost,
                parseErrors = parseErrors,
                handlerErrors = handlerErrors,
                serverErrors = serverErrors,
                recentServerErrors = recentServerErrors.list(clock.now()),
                recentInternalErrors = internalErrors.list(clock.now()),
                reporterErrors = reporter.failures,
                pingsSent = pings,
                pongsReceived = pongs,
                pongTimeouts = pongTimeouts,
                rttP50Micros = roundTrips.p50Micros,
                rttP99Micros = roundTrips.p99Micros,
                rttSamples = roundTrips.samples,
                rttClamped = roundTrips.clamped,
                queuedFrames = queue.size,
                queuedBytes = queue.bytes,
                queueCapacity = queue.maxFrames,
                queueFillRatio = queue.fill,
                queueAccepted = queue.accepted,
                queueRefusals = queueRefusals,
                queueDropped = queue.dropped,
                queueWarnings = queueWarnings,
                pendingRequests = pendingRequests,
                requestsSent = requests[WsRequestOutcome.SENT.ordinal],
                requestsConfirmed = requests[WsRequestOutcome.CONFIRMED.ordinal],
                requestsRejected = requests[WsRequestOutcome.REJECTED.ordinal],
                requestsUnconfirmed = requests[WsRequestOutcome.UNCONFIRMED.ordinal],
                requestsNotDelivered = requests[WsRequestOutcome.NOT_DELIVERED.ordinal],
                requestsMismatched = requests[WsRequestOutcome.PAYLOAD_MISMATCH.ordinal],
                requestsOverLimit = requests[WsRequestOutcome.TOO_MANY_PENDING.ordinal],
            )
        }
}

private fun WsDelegatedOutcome.kind(): WsRequestOutcome =
    when (this) {
        is WsDelegatedOk -> if (confirmed) WsRequestOutcome.CONFIRMED else WsRequestOutcome.SENT
        is WsDelegatedError.EndpointRejected -> WsRequestOutcome.REJECTED
        is WsDelegatedError.Unconfirmed -> WsRequestOutcome.UNCONFIRMED
        is WsDelegatedError.NotDelivered -> WsRequestOutcome.NOT_DELIVERED
        is WsDelegatedError.PayloadMismatch -> WsRequestOutcome.PAYLOAD_MISMATCH
        is WsDelegatedError.TooManyPending -> WsRequestOutcome.TOO_MANY_PENDING
    }
