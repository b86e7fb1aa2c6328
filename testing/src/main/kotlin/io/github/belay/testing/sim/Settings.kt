@file:Suppress("MagicNumber") // The numbers are the tables themselves: weights and times of what can happen.

package io.github.belay.testing.sim

import io.github.belay.lifecycle.WsDisconnectAction
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsHandshakeFailure
import io.github.belay.outbound.WsOfflinePolicy
import io.github.belay.outbound.WsOverflow
import io.github.belay.policy.Jitter
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** How the client of a run is configured; a value. */
internal data class Settings(
    val topics: Int = 2,
    val outboundCapacity: Int = 64,
    val maxQueuedBytes: Long = 16 * 1024,
    val inboundCapacity: Int = 64,
    val maxInboundBytes: Long = 16 * 1024,
    val maxPendingRequests: Int = 16,
    val maxMessageBytes: Int = 4096,
    val backoffBase: Duration = 100.milliseconds,
    val backoffMax: Duration = 2.seconds,
    val jitter: Jitter = Jitter.Full,
    /** Lost links are reopened at once, not after a backoff. Failed attempts always back off. */
    val immediate: Boolean = false,
    /** Frames take less than this each way, when nothing is wrong. 1 ms has everything happen at once. */
    val latency: Duration = 20.milliseconds,
    val breaker: Boolean = false,
    val gated: Boolean = false,
    /** The ingress delivers ticks itself; otherwise the endpoint does. */
    val ingressEmits: Boolean = false,
    val pingInterval: Duration = 2.seconds,
    val pingTimeout: Duration = 1.seconds,
    val beating: Beating = Beating.PROTOCOL,
    val maxSilence: Duration = Duration.INFINITE,
    val dataTimeout: Duration = Duration.INFINITE,
    val connectTimeout: Duration = 2.seconds,
    val writeTimeout: Duration = 1.seconds,
    val closeTimeout: Duration = 500.milliseconds,
    val stabilityWindow: Duration = 3.seconds,
    /** The endpoint keeps its subscriptions itself, and they never change. */
    val ownManager: Boolean = false,
    /** How long an answer about subscriptions is awaited; null for not at all. */
    val ackTimeout: Duration? = null,
    val maxKeysPerMessage: Int = 2,
    val overflow: WsOverflow = WsOverflow.FAIL,
    val offline: WsOfflinePolicy = WsOfflinePolicy.KEEP,
    /** How long a told message may wait. */
    val timeToLive: Duration = Duration.INFINITE,
    /** The transport has a loop, on which the connection then takes its turns. */
    val loop: Boolean = false,
) {
    /** What the endpoint says about [cause]. */
    fun action(cause: WsDisconnectCause): WsDisconnectAction =
        when {
            cause is WsDisconnectCause.HandshakeFailed && cause.status == UNAUTHORIZED -> {
                WsDisconnectAction.ABORT
            }

            cause is WsDisconnectCause.HandshakeFailed && cause.failure != WsHandshakeFailure.TIMED_OUT -> {
                WsDisconnectAction.BACKOFF_RECONNECT
            }

            immediate -> {
                WsDisconnectAction.IMMEDIATE_RECONNECT
            }

            else -> {
                WsDisconnectAction.BACKOFF_RECONNECT
            }
        }

    companion object {
        private const val UNAUTHORIZED = 401

        fun draw(random: Random): Settings =
            Settings(
                topics = random.nextInt(1, 4),
                outboundCapacity = listOf(4, 16, 32).random(random),
                maxQueuedBytes = listOf(64L, 1024L, 16L * 1024).random(random),
                inboundCapacity = listOf(4, 16, 64).random(random),
                maxPendingRequests = listOf(1, 4, 16).random(random),
                backoffBase = listOf(10, 100, 500).random(random).milliseconds,
                jitter = Jitter.entries.random(random),
                immediate = random.oneIn(3),
                latency = listOf(1, 20).random(random).milliseconds,
                breaker = random.oneIn(3),
                gated = random.oneIn(3),
                ingressEmits = random.oneIn(2),
                pingInterval = listOf(500, 2000).random(random).milliseconds,
                maxSilence = if (random.oneIn(3)) 2.seconds else Duration.INFINITE,
                stabilityWindow = listOf(0, 1, 3).random(random).seconds,
                maxInboundBytes = listOf(64L, 1024L, 16L * 1024).random(random),
                loop = random.oneIn(2),
                beating = Beating.entries.random(random),
                dataTimeout = if (random.oneIn(3)) 6.seconds else Duration.INFINITE,
                ownManager = random.oneIn(4),
                ackTimeout = if (random.oneIn(2)) 1.seconds else null,
                maxKeysPerMessage = random.nextInt(1, 4),
                overflow = WsOverflow.entries.random(random),
                offline = if (random.oneIn(4)) WsOfflinePolicy.REFUSE else WsOfflinePolicy.KEEP,
                timeToLive = if (random.oneIn(4)) 300.milliseconds else Duration.INFINITE,
            )
    }
}

/** True once in [times], on average. */
internal fun Random.oneIn(times: Int): Boolean = nextInt(times) == 0

/** A duration below [limit], in whole milliseconds. */
internal fun Random.upTo(limit: Duration): Duration = nextLong(limit.inWholeMilliseconds.coerceAtLeast(1)).milliseconds
