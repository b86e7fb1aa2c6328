package io.github.belay.internal.session

import io.github.belay.frame.WsBytes
import kotlin.time.Duration

/** What a heartbeat is to do now. */
internal sealed interface Beat {
    /** Send a ping with [payload], and ask again. */
    class Ping(
        val payload: WsBytes,
    ) : Beat

    /** The oldest unanswered ping is too old. */
    data object Expired : Beat

    /** Nothing before [until]. */
    data class Wait(
        val until: Duration,
    ) : Beat
}

/**
 * Pings sent and not yet answered, on one link (RFC 6455 sections 5.5.2 and 5.5.3). Decides; sends nothing and reads no
 * clock. Safe from any thread: the reader brings pongs while the heartbeat asks what is due.
 */
internal class PingPong(
    private val interval: Duration,
    private val timeout: Duration,
    startedAt: Duration,
) {
    /** Sent and unanswered, oldest first; at most [MAX_OUTSTANDING], guarded by this. */
    private val outstanding = ArrayDeque<Outstanding>()
    private var nextPingAt = startedAt
    private var counter = 0L

    /** What is due at [now]. A ping that is returned counts as sent. */
    @Synchronized
    fun due(now: Duration): Beat {
        val deadline = outstanding.firstOrNull()?.let { it.sentAt + timeout }
        if (deadline != null && now >= deadline) return Beat.Expired
        if (now >= nextPingAt && outstanding.size < MAX_OUTSTANDING) {
            nextPingAt = now + interval
            val ping = Outstanding(payload(++counter), now)
            outstanding.addLast(ping)
            return Beat.Ping(ping.payload)
        }
        val pingAt = if (outstanding.size < MAX_OUTSTANDING) nextPingAt else Duration.INFINITE
        return Beat.Wait(if (deadline == null) pingAt else minOf(pingAt, deadline))
    }

    /**
     * The round trip that a pong with [payload], come in at [now], completes; null if it answers nothing. An answer to
     * a later ping answers the earlier ones too: a peer may answer only the newest (RFC 6455 section 5.5.3).
     */
    @Synchronized
    fun pong(
        payload: WsBytes,
        now: Duration,
    ): Duration? {
        val index = outstanding.indexOfFirst { it.payload == payload }
        if (index < 0) return null
        val answered = outstanding[index]
        repeat(index + 1) { outstanding.removeFirst() }
        return now - answered.sentAt
    }

    /** Reading was held back until [now]: no answer could be seen, so waiting starts anew. */
    @Synchronized
    fun resume(now: Duration) {
        outstanding.replaceAll { Outstanding(it.payload, now) }
    }

    private fun payload(number: Long): WsBytes {
        val bytes = ByteArray(Long.SIZE_BYTES)
        for (index in bytes.indices) bytes[index] = (number ushr (Byte.SIZE_BITS * (bytes.lastIndex - index))).toByte()
        return WsBytes.wrap(bytes)
    }

    private class Outstanding(
        val payload: WsBytes,
        val sentAt: Duration,
    )

    private companion object {
        /** More unanswered pings than this tell nothing new. */
        const val MAX_OUTSTANDING = 64
    }
}
