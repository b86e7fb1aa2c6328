package io.github.belay.internal.session

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.outbound.OutboundSetup
import io.github.belay.policy.WsPing
import io.github.belay.policy.WsPingPongStrategy
import io.github.belay.policy.WsPongOutcome
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** What a [strategy] said of itself, once for each connection. Throws [IllegalArgumentException] for what cannot be. */
internal class PingPlan(
    val strategy: WsPingPongStrategy,
) {
    /** Null for a strategy without pings. */
    val interval: Duration? = strategy.intervalMillis().takeIf { it > 0 }?.milliseconds
    val timeout: Duration = strategy.timeoutMillis().milliseconds
    val failureThreshold: Int = strategy.failureThreshold()
    val maxPending: Int = strategy.maxPending()
    val readsMessages: Boolean = strategy.readsMessages()

    init {
        require(
            timeout >= 1.milliseconds,
        ) { "heartbeat.timeoutMillis must be >= 1 but was ${timeout.inWholeMilliseconds}" }
        require(failureThreshold >= 1) { "heartbeat.failureThreshold must be >= 1 but was $failureThreshold" }
        require(maxPending >= 1) { "heartbeat.maxPending must be >= 1 but was $maxPending" }
    }
}

/** Hears of a heartbeat, on the thread that caused it; quick and does not throw. */
internal interface HeartbeatListener {
    /** A ping is on its way. */
    fun onPing()

    /** It was answered. Called where the answer arrived. */
    fun onRoundTrip(roundTrip: Duration)

    /** It was not, but the link goes on. */
    fun onMiss()

    /** The peer sent what was meant to be an answer and is none. */
    fun onInvalidPong()

    /** [function] of the strategy threw. */
    fun onStrategyError(
        function: String,
        thrown: Exception,
    )
}

/**
 * Asks the strategy of one link for pings and about what comes in, and keeps account of them in [pingPong]. A ping counts
 * as sent when it is handed to the writer, an answer as come in when the reader has it, whatever else is waiting.
 */
internal class Heartbeat(
    private val plan: PingPlan,
    private val generation: Long,
    private val clock: Clock,
    private val outbound: OutboundQueue,
    private val listener: HeartbeatListener,
) {
    private val strategy = plan.strategy
    private val pingPong =
        plan.interval?.let { PingPong(it, plan.timeout, plan.failureThreshold, plan.maxPending, clock.now()) }

    /** How long a ping may be without an answer. */
    val timeout: Duration get() = plan.timeout

    /** True if text and binary messages have to pass by [consumes]. */
    val readsMessages: Boolean get() = plan.readsMessages

    /** How many pings in a row were missed. */
    val misses: Int get() = pingPong?.misses ?: 0

    /** Sends what is due at [now], and says when the next thing is; null when the link has to end. */
    fun beat(now: Duration): Duration? {
        while (true) {
            when (val beat = pingPong?.due(now) ?: return Duration.INFINITE) {
                is Beat.Ping -> send(beat.number, now)
                Beat.Missed -> listener.onMiss()
                Beat.Expired -> return null
                is Beat.Wait -> return beat.until
            }
        }
    }

    private fun send(
        number: Long,
        now: Duration,
    ) {
        val ping = guarded("heartbeat.createPing", null) { strategy.createPing(number) } ?: return
        // Before it leaves, or its answer could come too early.
        pingPong?.sent(ping.key, now)
        listener.onPing()
        offer(ping)
    }

    private fun offer(ping: WsPing) {
        if (ping.frame.kind.isControl) outbound.offerControl(generation, ping.frame) else offerMessage(ping.frame)
    }

    /** One that finds no room is simply not answered. */
    private fun offerMessage(frame: WsFrame) = outbound.offerSetup(generation, listOf(OutboundSetup(frame) {}))

    /** True if [frame], a pong or a message, was the heartbeat's and goes no further. */
    fun consumes(frame: WsFrameView): Boolean {
        when (val outcome = guarded("heartbeat.handleInbound", NOT_PONG) { strategy.handleInbound(frame) }) {
            WsPongOutcome.NotPong -> return false
            is WsPongOutcome.PongReceived -> pingPong?.pong(outcome.key, clock.now())?.let(listener::onRoundTrip)
            WsPongOutcome.InvalidPong -> listener.onInvalidPong()
            is WsPongOutcome.Reply -> offerMessage(outcome.frame)
        }
        return true
    }

    /** Reading was held back until [now]. */
    fun resume(now: Duration) {
        pingPong?.resume(now)
    }

    // A strategy is user code, and there is no coroutine here whose cancellation could be swallowed.
    @Suppress("TooGenericExceptionCaught")
    private inline fun <T> guarded(
        function: String,
        substitute: T,
        block: () -> T,
    ): T =
        try {
            block()
        } catch (thrown: Exception) {
            listener.onStrategyError(function, thrown)
            substitute
        }

    private companion object {
        val NOT_PONG: WsPongOutcome = WsPongOutcome.NotPong
    }
}
