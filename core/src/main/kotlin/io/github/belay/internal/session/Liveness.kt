package io.github.belay.internal.session

import io.github.belay.frame.WsFrameView
import io.github.belay.lifecycle.WsDisconnectCause
import kotlinx.coroutines.delay
import kotlin.concurrent.Volatile
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** How long a link may be without what it lives on; infinite for no limit. */
internal class LivenessLimits(
    /** Without anything that came in. */
    val silence: Duration,
    /** Without data, as the endpoint classifies it. */
    val data: Duration,
)

/**
 * Watches one link for silence: unanswered pings, the time since anything came in, and the time since data came in.
 *
 * The reader stamps what arrives, and its stamps are what counts, however late the owner classifies it: while [isBehind]
 * says that the owner has not seen everything yet, no data counts as missing. [watch] is the one timer, whether there are
 * pings or not. While reading is held back by a slow consumer nothing can arrive, so all clocks stand still then.
 */
internal class Liveness(
    private val heartbeat: Heartbeat,
    private val limits: LivenessLimits,
    private val clock: Clock,
    private val isBehind: () -> Boolean,
) {
    /** When a burst last arrived. Written by the reader, read by the heartbeat. */
    @Volatile
    private var lastInboundAt = clock.now()

    /** When what the owner found to be data arrived. Written by the owner and the reader, read by the heartbeat. */
    @Volatile
    private var lastDataAt = lastInboundAt

    /** True while reading is off. */
    @Volatile
    private var held = false

    /** True if text and binary messages have to pass by [consumes]. */
    val readsMessages: Boolean = heartbeat.readsMessages

    /** A burst arrived, at the time that is returned. */
    fun touch(): Duration = clock.now().also { lastInboundAt = it }

    /** Of what arrived [at], something was data. */
    fun data(at: Duration) {
        if (at > lastDataAt) lastDataAt = at
    }

    /** True if [frame], a pong or a message, was the heartbeat's and goes no further. */
    fun consumes(frame: WsFrameView): Boolean = heartbeat.consumes(frame)

    /** Reading is off. */
    fun hold() {
        held = true
    }

    /** Reading is on again. */
    fun resume() {
        val now = clock.now()
        lastInboundAt = now
        lastDataAt = now
        heartbeat.resume(now)
        held = false
    }

    /** How the link stands at this moment. */
    fun vitals(): Vitals {
        val now = clock.now()
        return Vitals(heartbeat.misses, now - lastInboundAt, now - lastDataAt)
    }

    /** Pings and watches until the peer counts as gone; returns why. Time without data counts from here. */
    suspend fun watch(): WsDisconnectCause {
        data(clock.now())
        while (true) {
            val now = clock.now()
            if (held) {
                delay(RECHECK)
            } else {
                val silentAt = lastInboundAt + limits.silence
                val emptyAt = lastDataAt + limits.data
                if (now >= silentAt) return WsDisconnectCause.StaleData(limits.silence)
                if (now >= emptyAt && !isBehind()) return WsDisconnectCause.DataTimeout(limits.data)
                val beatAt = heartbeat.beat(now) ?: return WsDisconnectCause.PongTimeout(heartbeat.timeout)
                delay(minOf(silentAt, beatAt, if (now >= emptyAt) now + RECHECK else emptyAt) - now)
            }
        }
    }

    private companion object {
        /** How often to look again while reading is off, or the owner is behind. */
        val RECHECK = 100.milliseconds
    }
}

/** How a link stands. */
internal class Vitals(
    /** Pings missed in a row. */
    val misses: Int,
    val inboundAge: Duration,
    val dataAge: Duration,
)
