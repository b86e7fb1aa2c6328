package io.github.belay.policy

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

/**
 * Pings of the protocol itself (RFC 6455 section 5.5.2), the first as soon as the link is ready. Each carries a payload
 * of its own, and only the pong that repeats it counts.
 *
 * A ping is missed when it is [timeout] old without an answer, whatever the interval; later pings do not renew it. The
 * link ends with the [failureThreshold]th miss in a row. While reading is held back by a slow consumer the clock stands
 * still.
 */
public class ProtocolPingPong(
    /** From one ping to the next. Default 20 s. */
    public val interval: Duration = 20.seconds,
    /** How long a pong may take. Default 10 s. */
    public val timeout: Duration = 10.seconds,
    private val failureThreshold: Int = 1,
) : WsPingPongStrategy {
    /** For Java. */
    @JvmOverloads
    public constructor(interval: java.time.Duration, timeout: java.time.Duration, failureThreshold: Int = 1) :
        this(interval.toKotlinDuration(), timeout.toKotlinDuration(), failureThreshold)

    init {
        requirePingTimes(interval, timeout, failureThreshold)
    }

    override fun intervalMillis(): Long = interval.inWholeMilliseconds

    override fun timeoutMillis(): Long = timeout.inWholeMilliseconds

    /** Pings missed in a row that end the link. Default 1. */
    override fun failureThreshold(): Int = failureThreshold

    /** More unanswered pings than these 64 tell nothing new. */
    override fun maxPending(): Int = MAX_PENDING

    override fun createPing(number: Long): WsPing {
        val bytes = ByteArray(Long.SIZE_BYTES)
        for (index in bytes.indices) bytes[index] = (number ushr (Byte.SIZE_BITS * (bytes.lastIndex - index))).toByte()
        val payload = WsBytes.wrap(bytes)
        return WsPing(WsFrame.ping(payload), payload)
    }

    override fun handleInbound(frame: WsFrameView): WsPongOutcome =
        if (frame.kind == WsFrameKind.PONG) WsPongOutcome.PongReceived(frame.toBytes()) else WsPongOutcome.NotPong

    override fun toString(): String = describePings("ProtocolPingPong", interval, timeout, failureThreshold)

    private companion object {
        const val MAX_PENDING = 64
    }
}

/** Throws [IllegalArgumentException], naming field and value, for times that no heartbeat can have. */
internal fun requirePingTimes(
    interval: Duration,
    timeout: Duration,
    failureThreshold: Int,
) {
    requirePingTime("interval", interval)
    requirePingTime("timeout", timeout)
    require(failureThreshold >= 1) { "failureThreshold must be >= 1 but was $failureThreshold" }
}

private fun requirePingTime(
    field: String,
    value: Duration,
) = require(value.inWholeMilliseconds >= 1 && value.isFinite()) { "$field must be >= 1ms and finite but was $value" }

internal fun describePings(
    name: String,
    interval: Duration,
    timeout: Duration,
    failureThreshold: Int,
): String {
    val threshold = if (failureThreshold == 1) "" else ", failureThreshold=$failureThreshold"
    return "$name(interval=$interval, timeout=$timeout$threshold)"
}
