package io.github.belay.subscription

/** How one change of one key ended. Every change ends in exactly one of these. [toString] is fit for a log. */
public sealed class WsSubscriptionOutcome {
    /** The message that subscribes was flushed and, where acknowledgements are awaited, agreed to. */
    public class Subscribed(
        /** True if the server agreed; false where that is not awaited. */
        public val isConfirmed: Boolean,
    ) : WsSubscriptionOutcome() {
        override fun toString(): String = "Subscribed(isConfirmed=$isConfirmed)"
    }

    /** It was wanted already; nothing was sent. */
    public object AlreadySubscribed : WsSubscriptionOutcome() {
        override fun toString(): String = "AlreadySubscribed"
    }

    /** The subscription is over: by a message, or with its link. */
    public class Unsubscribed(
        /** True if the server agreed; false where that is not awaited. */
        public val isConfirmed: Boolean,
    ) : WsSubscriptionOutcome() {
        override fun toString(): String = "Unsubscribed(isConfirmed=$isConfirmed)"
    }

    /** It was not wanted; nothing was sent. */
    public object NotSubscribed : WsSubscriptionOutcome() {
        override fun toString(): String = "NotSubscribed"
    }

    /** Others hold the key, so that it stays subscribed; nothing was sent. */
    public object StillHeld : WsSubscriptionOutcome() {
        override fun toString(): String = "StillHeld"
    }

    /**
     * The desired set has changed, and no link carries subscriptions now, or the one that did ended before this was
     * settled: the next link is told.
     */
    public object Stored : WsSubscriptionOutcome() {
        override fun toString(): String = "Stored"
    }

    /** The server refused. The key is not asked for again until somebody adds it anew. */
    public class Rejected(
        /** The server's words, or what went wrong before it could have any; not escaped. */
        public val text: String,
    ) : WsSubscriptionOutcome() {
        override fun toString(): String = "Rejected"
    }

    /** Nothing was sent, and the desired set is as if nothing had been asked: try again. */
    public class SendFailed(
        /** Why. */
        public val text: String,
    ) : WsSubscriptionOutcome() {
        override fun toString(): String = "SendFailed($text)"
    }

    /** The message was flushed and not answered in time; a late answer still counts for the key. */
    public object Unconfirmed : WsSubscriptionOutcome() {
        override fun toString(): String = "Unconfirmed"
    }

    /** Another change of the same key came before this one was settled. */
    public object Superseded : WsSubscriptionOutcome() {
        override fun toString(): String = "Superseded"
    }

    /** The connection is closed for good. */
    public object Closed : WsSubscriptionOutcome() {
        override fun toString(): String = "Closed"
    }
}

/** Where one key stands. */
public enum class WsSubscriptionState {
    /** Wanted, and not yet sent on this link; or there is none. */
    WANTED,

    /** The message that subscribes was flushed. */
    SENT,

    /** The server agreed. */
    ACKED,

    /** The server refused. It is not asked again until somebody adds the key anew. */
    REJECTED,

    /** Not wanted any more, and still subscribed as far as is known. */
    REMOVING,
}
