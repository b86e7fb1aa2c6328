package io.github.belay

import io.github.belay.transport.WsHeaders

/** What a provider may want to know about the attempt it is asked for. */
public class WsAttempt(
    /** Number of the link to be; grows by one with each attempt. */
    public val generation: Long,
    /** 1 for the first attempt since the connection was last stable. */
    public val attempt: Int,
    /** True if an earlier link of this connection had opened. */
    public val isReconnect: Boolean,
) {
    override fun toString(): String = "WsAttempt(generation=$generation, attempt=$attempt, isReconnect=$isReconnect)"
}

/**
 * Where an attempt goes and with which headers: asked for afresh at every attempt, so that tokens are never stale. May
 * suspend; the connect timeout bounds it. What it throws counts as a failed attempt.
 */
public fun interface WsTargetProvider {
    /** The target of [attempt]. */
    public suspend fun target(attempt: WsAttempt): WsTarget
}

/** An address and the headers that go with it. */
public class WsTarget
    @JvmOverloads
    constructor(
        /** A `ws:` or `wss:` address. */
        public val url: String,
        /** Lines to add to the handshake. */
        public val headers: WsHeaders = WsHeaders.EMPTY,
    ) {
        /** Neither address nor values: both may be secret. */
        override fun toString(): String = "WsTarget(headers=$headers)"
    }
