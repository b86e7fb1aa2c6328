package io.github.belay.java;

import io.github.belay.java.internal.Keyed;
import io.github.belay.subscription.KeyedSubscriptions;
import io.github.belay.subscription.WsSubscriptionFailureAction;
import io.github.belay.subscription.WsSubscriptionProtocol;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes subscriptions, for {@link WsEndpoint#subscriptions}. */
public final class Subscriptions {
    private Subscriptions() {}

    /**
     * Subscriptions that are keys.
     *
     * @param protocol how to say it
     * @return a builder with all defaults
     */
    public static KeyedBuilder keyed(WsSubscriptionProtocol protocol) {
        return new KeyedBuilder(Objects.requireNonNull(protocol, "protocol"));
    }

    /** Collects the settings of {@link KeyedSubscriptions}. Not thread-safe. */
    public static final class KeyedBuilder {
        private final WsSubscriptionProtocol protocol;
        private List<String> initial = List.of();
        private int maxKeysPerMessage = 100;
        private Duration pacing = Duration.ZERO;
        private @Nullable Duration ackTimeout;
        private WsSubscriptionFailureAction onRejected = WsSubscriptionFailureAction.KEEP_LINK;
        private WsSubscriptionFailureAction onAckTimeout = WsSubscriptionFailureAction.KEEP_LINK;

        private KeyedBuilder(WsSubscriptionProtocol protocol) {
            this.protocol = protocol;
        }

        /**
         * The desired set to begin with.
         *
         * @param keys none of them empty; by default none
         * @return this builder
         */
        public KeyedBuilder initial(Collection<String> keys) {
            this.initial = List.copyOf(keys);
            return this;
        }

        /**
         * Keys in one message at most.
         *
         * @param maxKeysPerMessage at least 1; by default 100
         * @return this builder
         */
        public KeyedBuilder maxKeysPerMessage(int maxKeysPerMessage) {
            this.maxKeysPerMessage = maxKeysPerMessage;
            return this;
        }

        /**
         * Time between two messages, for servers that count them.
         *
         * @param pacing by default zero
         * @return this builder
         */
        public KeyedBuilder pacing(Duration pacing) {
            this.pacing = Objects.requireNonNull(pacing, "pacing");
            return this;
        }

        /**
         * How long the server may take to answer a message.
         *
         * @param ackTimeout at least 1 ms; null, the default, for not waiting: then a key counts as
         *     subscribed with the flush, and an answer is heard if one comes
         * @return this builder
         */
        public KeyedBuilder ackTimeout(@Nullable Duration ackTimeout) {
            this.ackTimeout = ackTimeout;
            return this;
        }

        /**
         * What becomes of the link when the server refuses a key.
         *
         * @param onRejected by default nothing
         * @return this builder
         */
        public KeyedBuilder onRejected(WsSubscriptionFailureAction onRejected) {
            this.onRejected = Objects.requireNonNull(onRejected, "onRejected");
            return this;
        }

        /**
         * What becomes of the link when a message that subscribes is not answered in time.
         *
         * @param onAckTimeout by default nothing
         * @return this builder
         */
        public KeyedBuilder onAckTimeout(WsSubscriptionFailureAction onAckTimeout) {
            this.onAckTimeout = Objects.requireNonNull(onAckTimeout, "onAckTimeout");
            return this;
        }

        /**
         * Makes the subscriptions; they serve one connection.
         *
         * @return the subscriptions
         * @throws IllegalArgumentException when a value is out of its range
         */
        public KeyedSubscriptions build() {
            return Keyed.keyedSubscriptions(
                    protocol,
                    initial,
                    maxKeysPerMessage,
                    pacing,
                    ackTimeout,
                    onRejected,
                    onAckTimeout);
        }
    }
}
