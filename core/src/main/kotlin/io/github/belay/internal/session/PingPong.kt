package io.github.belay.internal.session

import kotlin.time.Duration

/** What a heartbeat is to do now. */
internal sealed interface Beat {
    /** Ping [number] is due. Send it, tell [PingPong.sent], and ask again. */
    data class Ping(
        val number: Long,
    ) : Beat

    /** The oldest unanswered ping is too old, but not enough of them were missed in a row. Ask again. */
    data object Missed : Beat

    /** Too many pings in a row were missed. */
    data object Expired : Beat

    /** Nothing before [until]. */
    data class Wait(
        val until: Duration,
    ) : Beat
}

/**
 * Pings sent and not yet answered, on one link (RFC 6455 sections 5.5.2 and 5.5.3). Decides; sends nothing and reads no
 * clock. Safe from any thread: the reader brings pongs while the heartbeat asks what is due.
 *
 * Each ping is judged by its own age. One that was missed is forgotten, and its late answer answers nothing.
 */
internal class PingPong(
    private val interval: Duration,
    private val timeout: Duration,
    private val failureThreshold: Int,
    private val maxPending: Int,
    startedAt: Duration,
) {
    /** Sent and unanswered, oldest first; at most [maxPending], guarded by this. */
    private val outstanding = ArrayDeque<Outstanding>()
    private var nextPingAt = startedAt
    private var counter = 0L
    private var missesInARow = 0

    /** How many pings in a row were missed up to now. */
    val misses: Int @Synchronized get() = missesInARow

    /** What is due at [now]. */
    @Synchronized
    fun due(now: Duration): Beat {
        val deadline = outstanding.firstOrNull()?.let { it.sentAt + timeout }
        if (deadline != null && now >= deadline) return missed()
        if (now >= nextPingAt) {
            nextPingAt = now + interval
            // Without room this one is left out; by the time of the next there may be some.
            if (outstanding.size < maxPending) return Beat.Ping(++counter)
        }
        return Beat.Wait(if (deadline == null) nextPingAt else minOf(nextPingAt, deadline))
    }

    private fun missed(): Beat {
        outstanding.removeFirst()
        missesInARow++
        return if (missesInARow >= failureThreshold) Beat.Expired else Beat.Missed
    }

    /** A ping that is known by [key] is on its way since [now]. */
    @Synchronized
    fun sent(
        key: Any,
        now: Duration,
    ) {
        outstanding.addLast(Outstanding(key, now))
    }

    /**
     * The round trip that an answer with [key], come in at [now], completes; null if it answers nothing. An answer to
     * a later ping answers the earlier ones too: a peer may answer only the newest (RFC 6455 section 5.5.3).
     */
    @Synchronized
    fun pong(
        key: Any,
        now: Duration,
    ): Duration? {
        val index = outstanding.indexOfFirst { it.key == key }
        if (index < 0) return null
        val answered = outstanding[index]
        repeat(index + 1) { outstanding.removeFirst() }
        missesInARow = 0
        return now - answered.sentAt
    }

    /** Reading was held back until [now]: no answer could be seen, so waiting starts anew. */
    @Synchronized
    fun resume(now: Duration) {
        outstanding.replaceAll { Outstanding(it.key, now) }
    }

    private class Outstanding(
        val key: Any,
        val sentAt: Duration,
    )
}
