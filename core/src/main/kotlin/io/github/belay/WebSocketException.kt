package io.github.belay

import io.github.belay.lifecycle.WsDisconnectCause

/** A call on a connection that can no longer deliver its value. The message is fit for a log. */
public open class WebSocketException
    @JvmOverloads
    constructor(
        message: String,
        /** What ended the connection's efforts; null when nothing did. */
        public val disconnectCause: WsDisconnectCause? = null,
    ) : Exception(message)

/** The connection is closed for good. */
public class WebSocketClosedException(
    disconnectCause: WsDisconnectCause?,
) : WebSocketException("connection closed" + (disconnectCause?.let { ": $it" } ?: ""), disconnectCause)

/** The time limit of a wait passed; the connection goes on. */
public class WebSocketTimeoutException(
    message: String,
) : WebSocketException(message)
