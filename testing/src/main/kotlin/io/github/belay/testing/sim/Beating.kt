package io.github.belay.testing.sim

import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.TextPingPong
import io.github.belay.policy.WsApplicationPingPong
import io.github.belay.policy.WsPing
import io.github.belay.policy.WsPingPongStrategy
import kotlin.time.Duration

/** Which heartbeat the client of a run has. */
internal enum class Beating {
    PROTOCOL,
    KEYED,
    TEXT,
    ;

    fun strategy(
        interval: Duration,
        timeout: Duration,
    ): WsPingPongStrategy =
        when (this) {
            PROTOCOL -> ProtocolPingPong(interval, timeout)
            KEYED -> keyed(interval, timeout)
            TEXT -> TextPingPong("ping", "pong", interval, timeout)
        }
}

private fun keyed(
    interval: Duration,
    timeout: Duration,
) = WsApplicationPingPong(
    interval,
    timeout,
    factory = { number -> WsPing(Script.Ping(number).toFrame(), number) },
    parser = { frame -> (Script.parse(frame.decodeToString()) as? Script.Pong)?.key },
)
