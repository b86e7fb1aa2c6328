package io.github.belay.internal.session

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.WsPingPongStrategy
import kotlinx.coroutines.delay
import kotlin.concurrent.Volatile
import kotlin.time.Duration

/**
 * Watches one link for silence: pings, and the time since anything came in.
 *
 * The reader stamps what arrives; [watch] is the heartbeat's coroutine. While reading is held back by a slow consumer
 * nothing can arrive, so both clocks stand still then.
 */
internal class Liveness(
    strategy: WsPingPongStrategy,
    private val maxSilence: Duration,
    private val clock: Clock,
    private val outbound: OutboundQueue,
    private val generation: Long,
    private val onPing: () -> Unit,
    private val onRoundTrip: (Duration) -> Unit,
) {
    private val timeout: Duration
    private val pingPong: PingPong?

    /** When a burst last arrived. Written by the reader, read by the heartbeat. */
    @Volatile
    private var lastInboundAt = clock.now()

    /** True while reading is off. */
    @Volatile
    private var held = false

    init {
        when (strategy) {
            is ProtocolPingPong -> {
                timeout = strategy.timeout
                pingPong = PingPong(strategy.interval, strategy.timeout, clock.now())
            }

            NoPingPong -> {
                timeout = Duration.INFINITE
                pingPong = null
            }
        }
    }

    /** A burst arrived. */
    fun touch() {
        lastInboundAt = clock.now()
    }

    /** A pong arrived. */
    fun pong(payload: WsBytes) {
        pingPong?.pong(payload, clock.now())?.let(onRoundTrip)
    }

    /** Reading is off. */
    fun hold() {
        held = true
    }

    /** Reading is on again. */
    fun resume() {
        val now = clock.now()
        lastInboundAt = now
        pingPong?.resume(now)
        held = false
    }

    /** Pings and watches until the peer counts as gone; returns why. */
    suspend fun watch(): WsDisconnectCause {
        while (true) {
            val now = clock.now()
            val silentAt = if (held) Duration.INFINITE else lastInboundAt + maxSilence
            if (now >= silentAt) return WsDisconnectCause.StaleData(maxSilence)
            when (val beat = due(now)) {
                is Beat.Ping -> {
                    onPing()
                    outbound.offerControl(generation, WsFrame.ping(beat.payload))
                }

                Beat.Expired -> {
                    return WsDisconnectCause.PongTimeout(timeout)
                }

                is Beat.Wait -> {
                    delay(minOf(beat.until, silentAt) - now)
                }
            }
        }
    }

    private fun due(now: Duration): Beat =
        if (held) Beat.Wait(now + HELD_RECHECK) else pingPong?.due(now) ?: Beat.Wait(Duration.INFINITE)

    private companion object {
        /** How often to look again while reading is off. */
        val HELD_RECHECK = Duration.parse("100ms")
    }
}
