package io.github.belay.java;

import io.github.belay.java.internal.Policies;
import io.github.belay.java.internal.WithMaxAttempts;
import io.github.belay.java.internal.WithMaxElapsed;
import io.github.belay.policy.Jitter;
import io.github.belay.policy.NoReconnect;
import io.github.belay.policy.ReconnectPresets;
import io.github.belay.policy.WsReconnectStrategy;
import java.time.Duration;
import java.util.Objects;

/**
 * Ways to come back after a loss, for {@link WsClientBuilder#reconnect}. Each goes on without end
 * unless it is limited by {@link #withMaxAttempts} or {@link #withMaxElapsed}. A lambda is a
 * strategy too.
 *
 * <p>Delays are whole milliseconds. Every method throws {@link IllegalArgumentException} when a
 * value is out of its range.
 */
public final class Reconnects {
    private Reconnects() {}

    /**
     * Delays that grow by half with each retry, spread by {@link Jitter#Equal}.
     *
     * @param base delay before the first retry, at least 1 ms
     * @param max longest delay, at least {@code base}
     * @return the strategy
     */
    public static WsReconnectStrategy exponentialBackoff(Duration base, Duration max) {
        return Policies.exponentialBackoff(
                Objects.requireNonNull(base, "base"), Objects.requireNonNull(max, "max"));
    }

    /**
     * Delays that grow by a factor with each retry.
     *
     * @param base delay before the first retry, at least 1 ms
     * @param max longest delay, at least {@code base}
     * @param factor growth from one retry to the next, above 1
     * @param jitter how each delay is spread
     * @return the strategy
     */
    public static WsReconnectStrategy exponentialBackoff(
            Duration base, Duration max, double factor, Jitter jitter) {
        return Policies.exponentialBackoff(
                Objects.requireNonNull(base, "base"),
                Objects.requireNonNull(max, "max"),
                factor,
                Objects.requireNonNull(jitter, "jitter"));
    }

    /**
     * Delays that grow by one step with each retry.
     *
     * @param step delay before the first retry and growth from one to the next, at least 1 ms
     * @param max longest delay, at least {@code step}
     * @param jitter how each delay is spread
     * @return the strategy
     */
    public static WsReconnectStrategy linear(Duration step, Duration max, Jitter jitter) {
        return Policies.linearBackoff(
                Objects.requireNonNull(step, "step"),
                Objects.requireNonNull(max, "max"),
                Objects.requireNonNull(jitter, "jitter"));
    }

    /**
     * The same delay before every retry.
     *
     * @param delay the delay, at least 1 ms
     * @param jitter how it is spread
     * @return the strategy
     */
    public static WsReconnectStrategy constant(Duration delay, Jitter jitter) {
        return Policies.constantBackoff(
                Objects.requireNonNull(delay, "delay"), Objects.requireNonNull(jitter, "jitter"));
    }

    /**
     * No retry: a connection once lost stays down until an explicit connect.
     *
     * @return the strategy
     */
    public static WsReconnectStrategy none() {
        return NoReconnect.INSTANCE;
    }

    /**
     * Gives up after a number of retries in one outage.
     *
     * @param maxAttempts retries allowed, at least 1
     * @param strategy decides about everything else
     * @return the limited strategy
     */
    public static WsReconnectStrategy withMaxAttempts(
            int maxAttempts, WsReconnectStrategy strategy) {
        return new WithMaxAttempts(maxAttempts, Objects.requireNonNull(strategy, "strategy"));
    }

    /**
     * Gives up on a retry that would start later than this after the beginning of an outage,
     * without waiting for it.
     *
     * @param maxElapsed the limit, positive
     * @param strategy decides about everything else
     * @return the limited strategy
     */
    public static WsReconnectStrategy withMaxElapsed(
            Duration maxElapsed, WsReconnectStrategy strategy) {
        return new WithMaxElapsed(
                Objects.requireNonNull(maxElapsed, "maxElapsed"),
                Objects.requireNonNull(strategy, "strategy"));
    }

    /**
     * For one connection that matters: 1 s growing by half to 30 s, equal jitter. The default of a
     * client.
     *
     * @return the strategy
     */
    public static WsReconnectStrategy singleConnection() {
        return ReconnectPresets.singleConnection();
    }

    /**
     * For many connections to one server: 100 ms doubling to 30 s, full jitter.
     *
     * @return the strategy
     */
    public static WsReconnectStrategy manyConnections() {
        return ReconnectPresets.manyConnections();
    }

    /**
     * For a caller who would rather know soon: every 2 s, five retries in an outage.
     *
     * @return the strategy
     */
    public static WsReconnectStrategy fiveTries() {
        return ReconnectPresets.fiveTries();
    }
}
