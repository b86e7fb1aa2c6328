package io.github.belay.policy

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

/**
 * Pings that are one fixed text, answered by another. Only a text message that is exactly [pong] counts, and is consumed:
 * neither ingress nor endpoint sees it.
 *
 * Such an answer does not say which ping it belongs to, so only one waits at a time, and an answer that comes after the
 * [timeout] counts for the next ping. The link ends with the [failureThreshold]th ping in a row that is [timeout] old
 * without an answer.
 */
public class TextPingPong(
    /** What is sent. */
    public val ping: String,
    /** What answers it. Default `PONG`. */
    public val pong: String = "PONG",
    /** From one ping to the next. Default 20 s. */
    public val interval: Duration = 20.seconds,
    /** How long an answer may take. Default 10 s. */
    public val timeout: Duration = 10.seconds,
    private val failureThreshold: Int = 1,
) : WsPingPongStrategy {
    /** For Java. */
    @JvmOverloads
    public constructor(
        ping: String,
        pong: String,
        interval: java.time.Duration,
        timeout: java.time.Duration,
        failureThreshold: Int = 1,
    ) : this(ping, pong, interval.toKotlinDuration(), timeout.toKotlinDuration(), failureThreshold)

    private val answer = pong.encodeToByteArray()
    private val question = WsPing(WsFrame.text(ping), key = pong)

    init {
        requirePingTimes(interval, timeout, failureThreshold)
    }

    override fun intervalMillis(): Long = interval.inWholeMilliseconds

    override fun timeoutMillis(): Long = timeout.inWholeMilliseconds

    /** Pings missed in a row that end the link. Default 1. */
    override fun failureThreshold(): Int = failureThreshold

    override fun maxPending(): Int = 1

    override fun readsMessages(): Boolean = true

    override fun createPing(number: Long): WsPing = question

    override fun handleInbound(frame: WsFrameView): WsPongOutcome =
        if (isAnswer(frame)) WsPongOutcome.PongReceived(pong) else WsPongOutcome.NotPong

    private fun isAnswer(frame: WsFrameView): Boolean {
        if (frame.kind != WsFrameKind.TEXT || frame.size != answer.size) return false
        for (index in answer.indices) if (frame[index] != answer[index]) return false
        return true
    }

    /** The texts stay out: either may be a secret between client and server. */
    override fun toString(): String = describePings("TextPingPong", interval, timeout, failureThreshold)
}
