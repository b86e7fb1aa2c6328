package io.github.belay.observe

import io.github.belay.lifecycle.WsConnectionStatus
import io.micrometer.core.instrument.Gauge
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.Tags
import java.util.function.Supplier

/**
 * What a connection is like at the moment, as gauges beside the counters of [MicrometerMetricsReporter].
 *
 * | Meter | Is |
 * |---|---|
 * | `connected` | 1 while ready for application writes, else 0 |
 * | `uptime` | seconds since the link became ready; 0 while down |
 * | `queue.frames` | messages that wait to be sent |
 * | `queue.fill` | how full the outbound queue is, 1.0 is full |
 * | `requests.pending` | requests whose outcome is open |
 * | `reading.paused` | 1 while reading is held back, else 0 |
 */
public object MicrometerGauges {
    private const val PREFIX = "websocket.client."
    private const val MILLIS = 1000.0

    /**
     * Registers the gauges of the connection whose statistics [stats] takes, under the name [client]: `actor::stats` or
     * `client::stats`. Bind each connection once, for as long as the registry; a gauge of a closed connection shows what it
     * was at last. The registry keeps [stats], and with it the connection.
     */
    @JvmStatic
    public fun bind(
        registry: MeterRegistry,
        client: String,
        stats: Supplier<WsConnectionStats>,
    ) {
        fun gauge(
            name: String,
            description: String,
            unit: String? = null,
            value: (WsConnectionStats) -> Double,
        ) = Gauge
            .builder(PREFIX + name) { value(stats.get()) }
            .description(description)
            .baseUnit(unit)
            .tags(Tags.of("client", client))
            .register(registry)

        gauge("connected", "1 while ready for application writes") { it.isConnected.toGauge() }
        gauge("uptime", "Since the link became ready", "seconds") { it.uptimeMillis / MILLIS }
        gauge("queue.frames", "Messages that wait to be sent") { it.queuedFrames.toDouble() }
        gauge("queue.fill", "How full the outbound queue is") { it.queueFillRatio }
        gauge("requests.pending", "Requests whose outcome is open") { it.pendingRequests.toDouble() }
        gauge("reading.paused", "1 while reading is held back") { it.isReadingPaused.toGauge() }
    }

    private val WsConnectionStats.isConnected: Boolean get() = status == WsConnectionStatus.CONNECTED

    private fun Boolean.toGauge(): Double = if (this) 1.0 else 0.0
}
