package io.github.belay.policy

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * Decides whether and when a lost connection is tried again (RFC 6455 section 7.2.3).
 *
 * A strategy only answers; the connection waits. The one function to write is [nextDelayMillis], so a lambda is a
 * strategy, in Kotlin and in Java alike. That is why it speaks of a `Long` of milliseconds: a function whose signature
 * mentions [kotlin.time.Duration] gets a mangled name that Java source can neither call nor override, and a delay finer
 * than a millisecond has no meaning for a reconnect. Kotlin code reads a strategy through [nextDelay].
 *
 * The functions are called one at a time for each connection, inline on its control path: they return quickly and never
 * block. A strategy shared by several connections is called from their threads at once. All built-in strategies are
 * immutable, tell retries apart by [WsRetry.attempt] alone, and may be shared freely.
 *
 * @see ExponentialBackoff
 * @see LinearBackoff
 * @see ConstantBackoff
 * @see NoReconnect
 * @see ReconnectPresets
 */
public fun interface WsReconnectStrategy {
    /**
     * Milliseconds to wait before the retry described by [retry]; 0 or less means at once.
     *
     * Looks at nothing but [retry]: no clock, no random source.
     */
    public fun nextDelayMillis(retry: WsRetry): Long

    /**
     * Whether the retry described by [retry] may be made at all; false leaves the connection down until an explicit
     * connect. Asked before every retry, an immediate one included.
     */
    public fun mayRetry(retry: WsRetry): Boolean = true

    /**
     * The history no longer counts: the connection was ready for the whole stability window, or the user asked for a
     * connect. The next retry has [WsRetry.attempt] 1 again, so only a strategy with state of its own has work here.
     */
    public fun reset() {}
}

/** [WsReconnectStrategy.nextDelayMillis] as a duration; a negative answer is read as zero. */
public fun WsReconnectStrategy.nextDelay(retry: WsRetry): Duration =
    nextDelayMillis(retry).coerceAtLeast(0).milliseconds
