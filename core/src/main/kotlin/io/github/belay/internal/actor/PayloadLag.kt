package io.github.belay.internal.actor

import io.github.belay.WebSocketActorConfig
import io.github.belay.WsRuntime
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.WsFrame
import io.github.belay.internal.session.Clock
import java.time.InstantSource
import kotlin.time.Duration

/**
 * How old data is when it arrives, by the times that it carries: looks into one message each [interval] at most. A backlog
 * of ours does not count, for lag ends with the arrival. Owned by the actor: not thread-safe.
 */
internal class PayloadLag(
    private val interval: Duration,
    private val endpoint: WsEndpointHandler<*>,
    private val clock: Clock,
    private val wallClock: InstantSource,
    private val guard: Guard,
    private val report: (kind: String, lagMicros: Long) -> Unit,
) {
    /** The first message is due at once. */
    private var nextAt = Duration.ZERO

    /** [frame], which came [arrivedAt], is one for the user. */
    fun sample(
        frame: WsFrame,
        arrivedAt: Duration,
    ) {
        if (arrivedAt < nextAt) return
        nextAt = arrivedAt + interval
        val epochMicros = epochMicros()
        // A clock before 1970 is not set.
        if (epochMicros < 0) return
        val arrival = epochMicros - (clock.now() - arrivedAt).inWholeMicroseconds
        guard.run("samplePayloadTimestamps", Unit) {
            endpoint.samplePayloadTimestamps(frame) { kind, sent -> if (sent <= arrival) report(kind, arrival - sent) }
        }
    }

    private fun epochMicros(): Long {
        val now = wallClock.instant()
        return now.epochSecond * MICROS_PER_SECOND + now.nano / NANOS_PER_MICRO
    }

    private companion object {
        const val MICROS_PER_SECOND = 1_000_000L
        const val NANOS_PER_MICRO = 1_000
    }
}

/** Null when nobody wants to know. */
internal fun payloadLagOf(
    config: WebSocketActorConfig,
    endpoint: WsEndpointHandler<*>,
    clock: Clock,
    runtime: WsRuntime,
    guard: Guard,
    stats: StatsRecorder,
): PayloadLag? {
    val interval = config.payloadLagInterval
    return if (interval.isFinite()) {
        PayloadLag(interval, endpoint, clock, runtime.wallClock, guard, stats::payloadLag)
    } else {
        null
    }
}
