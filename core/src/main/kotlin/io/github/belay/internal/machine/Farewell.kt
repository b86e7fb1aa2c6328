package io.github.belay.internal.machine

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsCloseFrame
import io.github.belay.lifecycle.WsDisconnectCause

/** How a link is taken down. */
internal sealed interface Farewell {
    /** Drop the socket: the peer is gone or does not read. */
    data object Drop : Farewell

    /** Send a Close frame, and drop the socket when it has left. */
    data class Tell(
        val close: WsCloseFrame,
    ) : Farewell

    /** Send a Close frame and wait for the peer's (RFC 6455 section 7.1.2). */
    data class Handshake(
        val close: WsCloseFrame,
    ) : Farewell

    companion object {
        /** How a link that ended because of [cause] is taken down. */
        fun to(cause: WsDisconnectCause): Farewell =
            when (cause) {
                is WsDisconnectCause.Requested -> {
                    if (cause.code == CloseCode.ABNORMAL) Drop else Handshake(closeFrame(cause.code, cause.reason))
                }

                // RFC 6455 section 5.5.1: the answer to a Close frame echoes its code.
                is WsDisconnectCause.RemoteClosed -> {
                    if (cause.code == CloseCode.ABNORMAL) Drop else Tell(closeFrame(cause.code, reason = ""))
                }

                is WsDisconnectCause.ProtocolViolation -> {
                    Tell(closeFrame(cause.code, reason = ""))
                }

                // The peer is there, even if it is slow or has nothing to say.
                // A handshake that failed left no link to take down, unless that opened and only did not become ready.
                is WsDisconnectCause.EndpointRequested, is WsDisconnectCause.SequenceBroken,
                is WsDisconnectCause.ServerError, is WsDisconnectCause.InternalError,
                is WsDisconnectCause.HandshakeFailed, is WsDisconnectCause.DataTimeout,
                is WsDisconnectCause.HighLatency,
                -> {
                    Tell(closeFrame(CloseCode.NORMAL, reason = ""))
                }

                is WsDisconnectCause.ReadFailure, is WsDisconnectCause.WriteFailure, is WsDisconnectCause.WriteTimeout,
                is WsDisconnectCause.PongTimeout, is WsDisconnectCause.StaleData,
                -> {
                    Drop
                }
            }

        private fun closeFrame(
            code: Int,
            reason: String,
        ): WsCloseFrame = if (code == CloseCode.NO_STATUS) WsCloseFrame.EMPTY else WsCloseFrame.of(code, reason)
    }
}
