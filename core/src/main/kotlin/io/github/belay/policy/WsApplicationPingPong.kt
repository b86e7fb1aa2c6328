package io.github.belay.policy

import io.github.belay.frame.WsFrameView
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** Makes the pings of a protocol. Quick, never blocks, safe from any thread. */
public fun interface WsPingFactory {
    /** Ping [number] of a link, counted from 1; null to leave this one out. */
    public fun createPing(number: Long): WsPing?
}

/** Finds the pongs of a protocol among its messages. Quick, never blocks, safe from any thread. */
public fun interface WsPongParser {
    /** The key of the ping that [frame], text or binary, answers; null for any other message. The frame is borrowed. */
    public fun parsePong(frame: WsFrameView): Any?
}

/**
 * Pings that are messages of the application's own protocol, `{"op":"ping","id":7}` for instance, each with a key that
 * its answer repeats. Answers are consumed: neither ingress nor endpoint sees them.
 *
 * A ping is missed when it is [timeout] old without an answer, whatever the interval. The link ends with the
 * [failureThreshold]th miss in a row. While [maxPending] pings wait no further one is sent.
 */
public class WsApplicationPingPong(
    /** From one ping to the next. */
    public val interval: Duration,
    /** How long an answer may take. */
    public val timeout: Duration,
    private val failureThreshold: Int = 1,
    private val maxPending: Int = DEFAULT_MAX_PENDING,
    private val factory: WsPingFactory,
    private val parser: WsPongParser,
) : WsPingPongStrategy {
    /** For Java. */
    public constructor(
        interval: java.time.Duration,
        timeout: java.time.Duration,
        factory: WsPingFactory,
        parser: WsPongParser,
    ) : this(interval, timeout, failureThreshold = 1, maxPending = DEFAULT_MAX_PENDING, factory, parser)

    /** For Java. */
    public constructor(
        interval: java.time.Duration,
        timeout: java.time.Duration,
        failureThreshold: Int,
        maxPending: Int,
        factory: WsPingFactory,
        parser: WsPongParser,
    ) : this(interval.toKotlinDuration(), timeout.toKotlinDuration(), failureThreshold, maxPending, factory, parser)

    init {
        requirePingTimes(interval, timeout, failureThreshold)
        require(maxPending in 1..MOST_PENDING) { "maxPending must be in 1..$MOST_PENDING but was $maxPending" }
    }

    override fun intervalMillis(): Long = interval.inWholeMilliseconds

    override fun timeoutMillis(): Long = timeout.inWholeMilliseconds

    /** Pings missed in a row that end the link. Default 1. */
    override fun failureThreshold(): Int = failureThreshold

    /** Pings that may wait for their answers at a time, at most 1024. Default 10. */
    override fun maxPending(): Int = maxPending

    override fun readsMessages(): Boolean = true

    override fun createPing(number: Long): WsPing? = factory.createPing(number)

    override fun handleInbound(frame: WsFrameView): WsPongOutcome {
        val key = if (frame.kind.isControl) null else parser.parsePong(frame)
        return if (key == null) WsPongOutcome.NotPong else WsPongOutcome.PongReceived(key)
    }

    override fun toString(): String = describePings("WsApplicationPingPong", interval, timeout, failureThreshold)

    private companion object {
        const val DEFAULT_MAX_PENDING = 10
        const val MOST_PENDING = 1024
    }
}
