package io.github.belay.internal.machine

import io.github.belay.lifecycle.WsConnectionStatus

/** What users are told of where [connection] and its current [link] stand. */
internal fun publicStatus(
    connection: ConnectionState,
    link: LinkState,
): WsConnectionStatus =
    when (connection) {
        is ConnectionState.Opening -> {
            if (link is LinkState.Ending) WsConnectionStatus.DISCONNECTED else WsConnectionStatus.CONNECTING
        }

        is ConnectionState.Proving, is ConnectionState.Serving -> {
            if (link is LinkState.Ready) WsConnectionStatus.CONNECTED else WsConnectionStatus.DISCONNECTED
        }

        is ConnectionState.Idle, is ConnectionState.Judging, is ConnectionState.Waiting,
        is ConnectionState.Stopping, is ConnectionState.Restarting, is ConnectionState.Closing,
        -> {
            WsConnectionStatus.DISCONNECTED
        }

        is ConnectionState.Closed -> {
            WsConnectionStatus.CLOSED
        }
    }
