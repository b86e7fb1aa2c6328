package io.github.belay.subscription

import kotlinx.coroutines.Deferred

/**
 * The desired set of one connection. Not for implementation.
 *
 * Every function is safe from any thread and returns at once; the set has changed, for all links to come, when the
 * connection has taken the call, and calls of one thread are taken in order. The result, which may be ignored, has an
 * outcome for each key that the call is about. It waits for no link: where none carries subscriptions, a key ends as
 * [WsSubscriptionOutcome.Stored].
 */
public interface WsSubscriptions {
    /** Wants [keys] too. */
    public fun add(vararg keys: String): Deferred<Map<String, WsSubscriptionOutcome>>

    /** Wants [keys] no more. */
    public fun remove(vararg keys: String): Deferred<Map<String, WsSubscriptionOutcome>>

    /** Wants [keys] and no others; only the difference is sent. */
    public fun replace(keys: Collection<String>): Deferred<Map<String, WsSubscriptionOutcome>>

    /** Wants nothing. */
    public fun clear(): Deferred<Map<String, WsSubscriptionOutcome>>

    /** Any of these. */
    public fun update(action: WsSubscriptionAction): Deferred<Map<String, WsSubscriptionOutcome>>

    /**
     * Holds [keys] beside all others who hold them: the first holder subscribes, the last one to close unsubscribes. The
     * four functions above are one holder together, so that [clear] takes nothing away from anybody else.
     */
    public fun hold(vararg keys: String): WsSubscriptionHold

    /** Where each key stands, in the order of their coming; readable after the close, too. Empty for a manager of one's own. */
    public fun states(): Map<String, WsSubscriptionState>
}

/** One who holds keys. Not for implementation. */
public interface WsSubscriptionHold : AutoCloseable {
    /** The keys. */
    public val keys: List<String>

    /** An outcome for each key. One that failed to be sent is not held. */
    public val outcome: Deferred<Map<String, WsSubscriptionOutcome>>

    /** Lets the keys go; never blocks and never fails. Idempotent. */
    override fun close()
}
