package io.github.belay.observe

import io.github.belay.lifecycle.WsDisconnectCause
import io.micrometer.core.instrument.Counter
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.Tags
import io.micrometer.core.instrument.Timer
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit

/**
 * Reports to a Micrometer [registry], which needs `micrometer-core` on the class path.
 *
 * Every meter is named `websocket.client.…` and has the tag `client`, the configured name of the connection. No tag has
 * a value from outside. A client's meters stay for as long as the registry, so connections share few names.
 *
 * | Meter | Type | Tags beside `client` |
 * |---|---|---|
 * | `connect.attempts` | counter | |
 * | `connect` | timer, of the handshakes that were done | `outcome`: `ok` |
 * | `connect.failures` | counter | `cause`: a [WsDisconnectCause.kind] |
 * | `ready` | counter, of links | |
 * | `disconnects` | counter, of links that had opened | `cause`: a [WsDisconnectCause.kind] |
 * | `reconnect.backoff` | timer, of the delays scheduled | |
 * | `breaker.rejections` | counter | |
 * | `frames` | counter | `direction`: `received`, `sent` |
 * | `io` | counter, bytes of payload | `direction`: `received`, `sent` |
 * | `messages` | counter, of what was delivered | `direction`: `received` |
 * | `dropped` | counter, of messages | `queue`: `inbound`, `outbound`; `policy`: `keep_newest`, `refuse`, `drop_oldest` |
 * | `queue.warnings` | counter | |
 * | `reading.pauses` | counter, of times when reading was held back | |
 * | `errors` | counter | `kind`: `parse`, `handler`, `server` |
 * | `heartbeat.pings`, `heartbeat.missed` | counter | |
 * | `heartbeat.rtt` | timer | |
 * | `payload.lag` | timer, of samples | `kind`: as the endpoint names it |
 * | `requests` | counter, of those that ended | `outcome`: a [WsRequestOutcome] in lower case |
 *
 * Safe from any thread; one instance serves any number of connections.
 */
public class MicrometerMetricsReporter(
    private val registry: MeterRegistry,
) : WsMetricsReporter {
    private val clients = ConcurrentHashMap<String, ClientMeters>()

    override fun connectAttempt(client: String): Unit = of(client).attempts.increment()

    override fun connected(
        client: String,
        durationNanos: Long,
    ): Unit = of(client).connects.record(durationNanos, TimeUnit.NANOSECONDS)

    override fun connectFailed(
        client: String,
        cause: WsDisconnectCause,
    ): Unit = of(client).connectFailures(cause.kind).increment()

    override fun ready(client: String): Unit = of(client).ready.increment()

    override fun disconnected(
        client: String,
        cause: WsDisconnectCause,
    ): Unit = of(client).disconnects(cause.kind).increment()

    override fun reconnectScheduled(
        client: String,
        delayMillis: Long,
    ): Unit = of(client).backoff.record(delayMillis, TimeUnit.MILLISECONDS)

    override fun breakerRefused(client: String): Unit = of(client).breakerRefusals.increment()

    override fun framesReceived(
        client: String,
        frames: Int,
        bytes: Long,
    ) {
        val meters = of(client)
        meters.framesReceived.increment(frames.toDouble())
        meters.bytesReceived.increment(bytes.toDouble())
    }

    override fun framesSent(
        client: String,
        frames: Int,
        bytes: Long,
    ) {
        val meters = of(client)
        meters.framesSent.increment(frames.toDouble())
        meters.bytesSent.increment(bytes.toDouble())
    }

    override fun messagesDelivered(
        client: String,
        messages: Int,
    ): Unit = of(client).delivered.increment(messages.toDouble())

    override fun messagesUncollected(
        client: String,
        messages: Int,
    ): Unit = of(client).uncollected.increment(messages.toDouble())

    override fun readingPaused(client: String): Unit = of(client).readingPauses.increment()

    override fun parseError(client: String): Unit = of(client).parseErrors.increment()

    override fun handlerError(client: String): Unit = of(client).handlerErrors.increment()

    override fun serverError(client: String): Unit = of(client).serverErrors.increment()

    override fun pingSent(client: String): Unit = of(client).pings.increment()

    override fun pongReceived(
        client: String,
        rttNanos: Long,
    ): Unit = of(client).roundTrips.record(rttNanos, TimeUnit.NANOSECONDS)

    override fun pongTimeout(client: String): Unit = of(client).missedPongs.increment()

    override fun payloadLag(
        client: String,
        kind: String,
        lagMicros: Long,
    ): Unit = of(client).payloadLag(kind).record(lagMicros, TimeUnit.MICROSECONDS)

    override fun requestSettled(
        client: String,
        outcome: WsRequestOutcome,
    ): Unit = of(client).requests(outcome).increment()

    override fun queueRefused(client: String): Unit = of(client).queueRefusals.increment()

    override fun queueEvicted(
        client: String,
        messages: Int,
    ): Unit = of(client).queueEvictions.increment(messages.toDouble())

    override fun queueFilling(
        client: String,
        fill: Double,
    ): Unit = of(client).queueWarnings.increment()

    private fun of(client: String): ClientMeters =
        clients[client] ?: clients.computeIfAbsent(client) { ClientMeters(registry, it) }
}

/**
 * The meters of one client, registered when it first speaks, so that a rate can be taken from zero on. Only those that
 * are told apart by a cause come when the cause does.
 */
private class ClientMeters(
    private val registry: MeterRegistry,
    client: String,
) {
    private val tags = Tags.of("client", client)

    val attempts = counter("connect.attempts", "Attempts to connect")
    val connects = timer("connect", "From the beginning of an attempt to the end of its handshake", "outcome", "ok")
    val ready = counter("ready", "Links that became ready for application writes")
    val backoff = timer("reconnect.backoff", "Delays after which another attempt was scheduled")
    val breakerRefusals = counter("breaker.rejections", "Attempts that the circuit breaker refused")

    val framesReceived = counter("frames", "Frames, control frames among them", "direction", "received")
    val framesSent = counter("frames", "Frames, control frames among them", "direction", "sent")
    val bytesReceived = counter("io", "Payload", "direction", "received", unit = "bytes")
    val bytesSent = counter("io", "Payload", "direction", "sent", unit = "bytes")

    val delivered = counter("messages", "Messages for the user", "direction", "received")
    val uncollected = counter("dropped", "What found no room", "queue", "inbound", "policy", "keep_newest")
    val queueRefusals = counter("dropped", "What found no room", "queue", "outbound", "policy", "refuse")
    val queueEvictions = counter("dropped", "What found no room", "queue", "outbound", "policy", "drop_oldest")
    val queueWarnings = counter("queue.warnings", "Times that the outbound queue was filling up")
    val readingPauses = counter("reading.pauses", "Times when reading was held back by a slow consumer")
    val parseErrors = counter("errors", "What went wrong with one message", "kind", "parse")
    val handlerErrors = counter("errors", "What went wrong with one message", "kind", "handler")
    val serverErrors = counter("errors", "What went wrong with one message", "kind", "server")

    val pings = counter("heartbeat.pings", "Pings sent")
    val roundTrips = timer("heartbeat.rtt", "From a ping to its answer")
    val missedPongs = counter("heartbeat.missed", "Pings that were not answered in time")

    private val requests =
        WsRequestOutcome.entries.map { counter("requests", "Requests that ended", "outcome", it.name.lowercase()) }

    fun requests(outcome: WsRequestOutcome): Counter = requests[outcome.ordinal]

    fun payloadLag(kind: String): Timer = timer("payload.lag", "Age of data when it arrived", "kind", kind)

    fun connectFailures(cause: String): Counter =
        counter("connect.failures", "Attempts that ended before the handshake was done", "cause", cause)

    fun disconnects(cause: String): Counter =
        counter("disconnects", "Links that ended after their handshake was done", "cause", cause)

    private fun counter(
        name: String,
        description: String,
        vararg moreTags: String,
        unit: String? = null,
    ): Counter =
        Counter
            .builder(PREFIX + name)
            .description(description)
            .baseUnit(unit)
            .tags(tags.and(*moreTags))
            .register(registry)

    private fun timer(
        name: String,
        description: String,
        vararg moreTags: String,
    ): Timer =
        Timer
            .builder(PREFIX + name)
            .description(description)
            .tags(tags.and(*moreTags))
            .register(registry)

    private companion object {
        const val PREFIX = "websocket.client."
    }
}
