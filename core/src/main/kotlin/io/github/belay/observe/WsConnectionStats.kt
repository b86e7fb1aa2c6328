package io.github.belay.observe

import io.github.belay.lifecycle.WsConnectionStatus

/** Stand-in. */
public class WsConnectionStats internal constructor(
    public val status: WsConnectionStatus,
    public val uptimeMillis: Long,
    public val connectAttempts: Long,
    public val connectSuccesses: Long,
    public val connectFailures: Long,
    public val reconnects: Long,
    public val disconnects: Long,
    public val framesReceived: Long,
    public val bytesReceived: Long,
    public val framesSent: Long,
    public val bytesSent: Long,
    public val messagesDelivered: Long,
    public val messagesUncollected: Long,
    public val parseErrors: Long,
    public val handlerErrors: Long,
    public val serverErrors: Long,
    public val pingsSent: Long,
    public val pongsReceived: Long,
    public val rttP50Micros: Long,
    public val rttP99Micros: Long,
    public val rttSamples: Long,
    public val queuedFrames: Int,
    public val queuedBytes: Long,
    public val pendingRequests: Int,
)
