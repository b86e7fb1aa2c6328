package io.github.belay.subscription

/** What a server answered about subscriptions: to the message with [id], or about [keys]. */
public class WsSubscriptionResponse private constructor(
    /** The message that is answered; null where the answer names keys instead. */
    public val id: Long?,
    /** The keys that the answer is about; of a message, null means all of its keys that are unanswered. */
    public val keys: List<String>?,
    /** Why the server will not; null when it agreed. Not escaped. */
    public val rejection: String?,
) {
    /** Makes responses. */
    public companion object {
        /** The server agreed to message [id]. */
        @JvmStatic
        public fun acknowledged(id: Long): WsSubscriptionResponse = WsSubscriptionResponse(id, null, null)

        /** The server agreed to what was asked last about [keys]. */
        @JvmStatic
        public fun acknowledged(keys: List<String>): WsSubscriptionResponse = WsSubscriptionResponse(null, keys, null)

        /** The server refused message [id] because of [text]. */
        @JvmStatic
        public fun rejected(
            id: Long,
            text: String,
        ): WsSubscriptionResponse = WsSubscriptionResponse(id, null, text)

        /** The server refused [keys], or subscribes to them no longer, because of [text]. */
        @JvmStatic
        public fun rejected(
            keys: List<String>,
            text: String,
        ): WsSubscriptionResponse = WsSubscriptionResponse(null, keys, text)
    }
}
