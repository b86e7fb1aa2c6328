package io.github.belay.internal.actor

import io.github.belay.internal.delivery.DeliveryListener
import io.github.belay.internal.outbound.OutboundStats
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsConnectionStats
import io.github.belay.observe.WsMetricsReporter
import io.github.belay.request.WsDelegatedOutcome
import org.HdrHistogram.Histogram
import java.util.concurrent.atomic.LongAdder
import kotlin.time.Duration

/** Stand-in. */
internal class StatsRecorder(
    private val client: String,
    private val reporter: WsMetricsReporter,
    private val clock: Clock,
) : DeliveryListener {
    private val attempts = LongAdder()
    private val successes = LongAdder()
    private val failures = LongAdder()
    private val reconnects = LongAdder()
    private val disconnects = LongAdder()
    private val framesIn = LongAdder()
    private val bytesIn = LongAdder()
    private val framesOut = LongAdder()
    private val bytesOut = LongAdder()
    private val delivered = LongAdder()
    private val uncollected = LongAdder()
    private val parseErrors = LongAdder()
    private val handlerErrors = LongAdder()
    private val serverErrors = LongAdder()
    private val pings = LongAdder()
    private val pongs = LongAdder()
    private val rtt = Histogram(60_000_000L, 3)

    @Volatile
    private var readyAt: Duration? = null

    fun lifecycle(event: WsLifecycleEvent) {
        when (event) {
            is WsLifecycleEvent.Connecting -> {
                attempts.increment()
            }

            is WsLifecycleEvent.Opened -> {
                successes.increment()
                if (event.isReconnect) reconnects.increment()
            }

            is WsLifecycleEvent.Ready -> {
                readyAt = clock.now()
            }

            is WsLifecycleEvent.Disconnected -> {
                readyAt = null
                if (event.wasOpen) disconnects.increment() else failures.increment()
            }

            is WsLifecycleEvent.Refused, is WsLifecycleEvent.GaveUp, is WsLifecycleEvent.Closed -> return
        }
    }

    fun framesReceived(
        frames: Int,
        bytes: Long,
    ) {
        framesIn.add(frames.toLong())
        bytesIn.add(bytes)
    }

    fun framesSent(
        frames: Int,
        bytes: Long,
    ) {
        framesOut.add(frames.toLong())
        bytesOut.add(bytes)
    }

    fun parseError() = parseErrors.increment()

    fun handlerError() = handlerErrors.increment()

    fun serverError() = serverErrors.increment()

    fun pingSent() = pings.increment()

    fun pongReceived(roundTrip: Duration) {
        pongs.increment()
        synchronized(rtt) { rtt.recordValue(roundTrip.inWholeMicroseconds.coerceIn(1, 60_000_000L)) }
    }

    fun requestSettled(outcome: WsDelegatedOutcome) = Unit

    override fun onDelivered(messages: Int) = delivered.add(messages.toLong())

    override fun onUncollected(messages: Int) = uncollected.add(messages.toLong())

    override fun onHandlerError(error: Exception) = handlerErrors.increment()

    fun snapshot(
        status: WsConnectionStatus,
        queue: OutboundStats,
        pendingRequests: Int,
    ): WsConnectionStats =
        synchronized(rtt) {
            WsConnectionStats(
                status,
                readyAt?.let { (clock.now() - it).inWholeMilliseconds } ?: 0,
                attempts.sum(),
                successes.sum(),
                failures.sum(),
                reconnects.sum(),
                disconnects.sum(),
                framesIn.sum(),
                bytesIn.sum(),
                framesOut.sum(),
                bytesOut.sum(),
                delivered.sum(),
                uncollected.sum(),
                parseErrors.sum(),
                handlerErrors.sum(),
                serverErrors.sum(),
                pings.sum(),
                pongs.sum(),
                rtt.getValueAtPercentile(50.0),
                rtt.getValueAtPercentile(99.0),
                rtt.totalCount,
                queue.size,
                queue.bytes,
                pendingRequests,
            )
        }
}
