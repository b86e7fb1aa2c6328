package io.github.belay.java;

import io.github.belay.java.internal.Policies;
import io.github.belay.policy.BreakerStateListener;
import io.github.belay.policy.WsCircuitBreaker;
import java.time.Duration;
import java.util.Objects;

/** Makes circuit breakers, for {@link WsClientBuilder#circuitBreaker}. */
public final class CircuitBreakers {
    private CircuitBreakers() {}

    /**
     * A breaker with all defaults.
     *
     * @return the breaker
     */
    public static WsCircuitBreaker create() {
        return builder().build();
    }

    /**
     * A breaker to be described.
     *
     * @return a builder with all defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the settings of a {@link WsCircuitBreaker}. Not thread-safe. */
    public static final class Builder {
        private int failureThreshold = 5;
        private int successThreshold = 2;
        private Duration openTimeout = Duration.ofSeconds(60);
        private int halfOpenPermits = 1;
        private BreakerStateListener listener = (from, to) -> {};

        private Builder() {}

        /**
         * Failures in a row that open a closed breaker.
         *
         * @param failureThreshold at least 1; 5 by default
         * @return this builder
         */
        public Builder failureThreshold(int failureThreshold) {
            this.failureThreshold = failureThreshold;
            return this;
        }

        /**
         * Successes that close a half-open breaker.
         *
         * @param successThreshold at least 1; 2 by default
         * @return this builder
         */
        public Builder successThreshold(int successThreshold) {
            this.successThreshold = successThreshold;
            return this;
        }

        /**
         * How long an open breaker refuses.
         *
         * @param openTimeout positive; 60 s by default
         * @return this builder
         */
        public Builder openTimeout(Duration openTimeout) {
            this.openTimeout = Objects.requireNonNull(openTimeout, "openTimeout");
            return this;
        }

        /**
         * Probes that a half-open breaker lets run at the same time.
         *
         * @param halfOpenPermits at least 1; 1 by default
         * @return this builder
         */
        public Builder halfOpenPermits(int halfOpenPermits) {
            this.halfOpenPermits = halfOpenPermits;
            return this;
        }

        /**
         * Hears of every change of state, on the thread that caused it.
         *
         * @param listener quick; nobody by default
         * @return this builder
         */
        public Builder listener(BreakerStateListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Makes the breaker; each call makes another.
         *
         * @return the breaker
         * @throws IllegalArgumentException when a value is out of its range
         */
        public WsCircuitBreaker build() {
            return Policies.circuitBreaker(
                    failureThreshold, successThreshold, openTimeout, halfOpenPermits, listener);
        }
    }
}
