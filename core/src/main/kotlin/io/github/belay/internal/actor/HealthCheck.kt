package io.github.belay.internal.actor

import io.github.belay.internal.session.Vitals
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.observe.WsHealth

/** Says how a connection is from where it stands, how its link is, and what the last one was lost by. */
internal fun healthOf(
    status: WsConnectionStatus,
    lastCause: WsDisconnectCause?,
    vitals: Vitals?,
    isReadingPaused: Boolean,
): WsHealth {
    val after = lastCause?.let { ", last lost by $it" }.orEmpty()
    val reason =
        when (status) {
            WsConnectionStatus.CONNECTED -> null
            WsConnectionStatus.CONNECTING -> "connecting$after"
            WsConnectionStatus.DISCONNECTED -> if (lastCause == null) "never connected" else "down$after"
            WsConnectionStatus.CLOSED -> "closed$after"
        }
    return WsHealth(
        status,
        reason,
        missedPongs = vitals?.misses ?: 0,
        inboundAgeMillis = vitals?.inboundAge?.inWholeMilliseconds ?: -1,
        dataAgeMillis = vitals?.dataAge?.inWholeMilliseconds ?: -1,
        isReadingPaused,
    )
}
