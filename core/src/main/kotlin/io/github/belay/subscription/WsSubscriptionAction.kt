package io.github.belay.subscription

/** A change of the desired set. Keys that come twice count once. */
public sealed class WsSubscriptionAction {
    /** These too. */
    public class Add(
        keys: Collection<String>,
    ) : WsSubscriptionAction() {
        /** The keys, in order, each once. */
        public val keys: List<String> = checked(keys)
    }

    /** These no more. */
    public class Remove(
        keys: Collection<String>,
    ) : WsSubscriptionAction() {
        /** The keys, in order, each once. */
        public val keys: List<String> = checked(keys)
    }

    /** These and no others. */
    public class Replace(
        keys: Collection<String>,
    ) : WsSubscriptionAction() {
        /** The keys, in order, each once. */
        public val keys: List<String> = checked(keys)
    }

    /** None. */
    public object Clear : WsSubscriptionAction()

    /** Makes actions; each throws [IllegalArgumentException] for an empty key. */
    public companion object {
        /** [Add]. */
        @JvmStatic
        public fun add(keys: Collection<String>): WsSubscriptionAction = Add(keys)

        /** [Remove]. */
        @JvmStatic
        public fun remove(keys: Collection<String>): WsSubscriptionAction = Remove(keys)

        /** [Replace]. */
        @JvmStatic
        public fun replace(keys: Collection<String>): WsSubscriptionAction = Replace(keys)

        /** [Clear]. */
        @JvmStatic
        public fun clear(): WsSubscriptionAction = Clear

        private fun checked(keys: Collection<String>): List<String> {
            require(keys.none { it.isEmpty() }) { "a key must not be empty but one of ${keys.size} is" }
            return keys.distinct()
        }
    }
}
