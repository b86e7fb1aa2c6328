package io.github.belay.policy

import io.github.belay.frame.WsFrameView

/**
 * Sends no pings; the peer's pings are answered all the same. Silence, stale data and latency of the peer are watched
 * all the same, too: see `maxSilence` and `dataTimeout`.
 */
public object NoPingPong : WsPingPongStrategy by Silent {
    override fun toString(): String = "NoPingPong"
}

/**
 * The server does the pinging: each of its pings is answered once, with the same payload, and none is sent. Set
 * `maxSilence` to a little more than the server's interval, and a server that has stopped pinging counts as gone.
 */
public object ServerDrivenPingPong : WsPingPongStrategy by Silent {
    override fun toString(): String = "ServerDrivenPingPong"
}

private object Silent : WsPingPongStrategy {
    override fun intervalMillis(): Long = 0

    override fun timeoutMillis(): Long = Long.MAX_VALUE

    override fun createPing(number: Long): WsPing? = null

    override fun handleInbound(frame: WsFrameView): WsPongOutcome = WsPongOutcome.NotPong
}
