package io.github.belay.internal.actor

import io.github.belay.RecordingLogger
import io.github.belay.internal.outbound.OutboundStats
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsConnectionStats
import io.github.belay.observe.WsMetricsReporter
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

/** A recorder on a clock that only [time] moves, told of what a connection would tell it. */
internal class StatsFixture(
    reporter: WsMetricsReporter = object : WsMetricsReporter {},
) {
    val time = TestTimeSource()
    val log = RecordingLogger()
    val recorder = StatsRecorder("ws", reporter, Clock(time), log)
    private var generation = 0L

    fun snapshot(
        status: WsConnectionStatus = WsConnectionStatus.CONNECTED,
        queue: OutboundStats = queue(size = 0, bytes = 0),
        pendingRequests: Int = 0,
        isReadingPaused: Boolean = false,
        lifecycleEventsLost: Long = 0,
    ): WsConnectionStats = recorder.snapshot(status, queue, pendingRequests, isReadingPaused, lifecycleEventsLost)

    fun queue(
        size: Int,
        bytes: Long,
    ) = OutboundStats(
        accepted = size.toLong(),
        refused = 0,
        dropped = 0,
        evicted = 0,
        sent = 0,
        unknown = 0,
        notDelivered = 0,
        withdrawn = 0,
        size,
        bytes,
        maxFrames = 1024,
        maxBytes = 1024,
        fill = size / 1024.0,
    )

    fun connecting() = recorder.lifecycle(WsLifecycleEvent.Connecting(++generation, attempt = 1))

    fun ready(handshake: Duration = 20.milliseconds) {
        connecting()
        time += handshake
        recorder.lifecycle(WsLifecycleEvent.Opened(generation, isReconnect = generation > 1, subprotocol = null))
        recorder.lifecycle(WsLifecycleEvent.Ready(generation))
    }

    fun ended(
        cause: WsDisconnectCause = WsDisconnectCause.ReadFailure("reset"),
        retryIn: Duration? = 1.seconds,
        wasOpen: Boolean = true,
    ) = recorder.lifecycle(WsLifecycleEvent.Disconnected(generation, cause, retryIn, wasOpen))

    companion object {
        /** Tells [reporter] of one short life; what the connection then knows of itself. For Java. */
        @JvmStatic
        fun shortLife(reporter: WsMetricsReporter): WsConnectionStats {
            val fixture = StatsFixture(reporter)
            fixture.ready(handshake = 20.milliseconds)
            fixture.time += 90.seconds
            fixture.recorder.framesReceived(frames = 3, bytes = 300)
            fixture.recorder.pongReceived(2.milliseconds)
            return fixture.snapshot(queue = fixture.queue(size = 5, bytes = 50), pendingRequests = 2)
        }
    }
}
