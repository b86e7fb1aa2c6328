package io.github.belay.subscription

import kotlin.time.Duration

/**
 * Subscriptions that are keys. The connection keeps the desired set, each key once and in the order of its coming, tells
 * every link all of it, and each change once.
 *
 * Messages go ahead of application messages, no more of them at a time than the outbound bounds allow. For one key nothing
 * is asked while something is unanswered: what was wanted last is what is on the wire last.
 */
public class KeyedSubscriptions(
    /** How to say it. */
    public val protocol: WsSubscriptionProtocol,
    initial: Collection<String> = emptyList(),
    /** Keys in one message at most. Default 100. */
    public val maxKeysPerMessage: Int = DEFAULT_KEYS,
    /** Time between two messages, for servers that count them; shorter than the connect timeout. Default zero. */
    public val pacing: Duration = Duration.ZERO,
    /**
     * How long the server may take to answer a message; null, the default, for not waiting: then a key counts as subscribed
     * with the flush, and an answer is heard if one comes.
     */
    public val ackTimeout: Duration? = null,
    /** What becomes of the link when the server refuses a key. Default nothing. */
    public val onRejected: WsSubscriptionFailureAction = WsSubscriptionFailureAction.KEEP_LINK,
    /** What becomes of the link when a message that subscribes is not answered in time. Default nothing. */
    public val onAckTimeout: WsSubscriptionFailureAction = WsSubscriptionFailureAction.KEEP_LINK,
) : WsSubscriptionSet {
    /** The desired set to begin with. */
    public val initial: List<String> = WsSubscriptionAction.Add(initial).keys

    init {
        require(maxKeysPerMessage >= 1) { "maxKeysPerMessage must be >= 1 but was $maxKeysPerMessage" }
        require(!pacing.isNegative() && pacing.isFinite()) { "pacing must be >= 0 and finite but was $pacing" }
        require(ackTimeout == null || (ackTimeout.inWholeMilliseconds >= 1 && ackTimeout.isFinite())) {
            "ackTimeout must be >= 1ms and finite but was $ackTimeout"
        }
    }

    private companion object {
        const val DEFAULT_KEYS = 100
    }
}

/** What becomes of a link on which a subscription failed. */
public enum class WsSubscriptionFailureAction {
    /** It stays; the failure is reported. */
    KEEP_LINK,

    /** It ends with a server error as its cause, and the next link is asked for the same again. */
    RECONNECT,
}
