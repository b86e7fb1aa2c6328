package io.github.belay.java;

import io.github.belay.policy.NoPingPong;
import io.github.belay.policy.ProtocolPingPong;
import io.github.belay.policy.ServerDrivenPingPong;
import io.github.belay.policy.TextPingPong;
import io.github.belay.policy.WsApplicationPingPong;
import io.github.belay.policy.WsPingFactory;
import io.github.belay.policy.WsPingPongStrategy;
import io.github.belay.policy.WsPongParser;
import java.time.Duration;
import java.util.Objects;

/**
 * Ways to notice a dead peer, for {@link WsClientBuilder#heartbeat}. Whoever needs another one
 * implements {@link WsPingPongStrategy}.
 */
public final class Heartbeats {
    private Heartbeats() {}

    /**
     * Pings of the protocol itself (RFC 6455 section 5.5.2). The link ends when the oldest
     * unanswered ping is as old as the timeout.
     *
     * @param interval from one ping to the next, at least 1 ms
     * @param timeout how long a pong may take, at least 1 ms; shorter or longer than the interval
     * @return the strategy
     * @throws IllegalArgumentException when a value is out of its range
     */
    public static WsPingPongStrategy protocol(Duration interval, Duration timeout) {
        return protocol(interval, timeout, 1);
    }

    /**
     * Pings of the protocol itself (RFC 6455 section 5.5.2). The link ends when several in a row
     * were as old as the timeout without an answer.
     *
     * @param interval from one ping to the next, at least 1 ms
     * @param timeout how long a pong may take, at least 1 ms; shorter or longer than the interval
     * @param failureThreshold pings missed in a row that end the link, at least 1
     * @return the strategy
     * @throws IllegalArgumentException when a value is out of its range
     */
    public static WsPingPongStrategy protocol(
            Duration interval, Duration timeout, int failureThreshold) {
        return new ProtocolPingPong(
                Objects.requireNonNull(interval, "interval"),
                Objects.requireNonNull(timeout, "timeout"),
                failureThreshold);
    }

    /**
     * Pings that are messages of the application's own protocol, each with a key that its answer
     * repeats. Answers are consumed. One missed ping ends the link, and 10 wait at most.
     *
     * @param interval from one ping to the next, at least 1 ms
     * @param timeout how long an answer may take, at least 1 ms
     * @param factory makes the pings
     * @param parser finds their answers among the messages
     * @return the strategy
     * @throws IllegalArgumentException when a value is out of its range
     */
    public static WsPingPongStrategy application(
            Duration interval, Duration timeout, WsPingFactory factory, WsPongParser parser) {
        return new WsApplicationPingPong(
                Objects.requireNonNull(interval, "interval"),
                Objects.requireNonNull(timeout, "timeout"),
                Objects.requireNonNull(factory, "factory"),
                Objects.requireNonNull(parser, "parser"));
    }

    /**
     * Pings that are messages of the application's own protocol, each with a key that its answer
     * repeats. Answers are consumed.
     *
     * @param interval from one ping to the next, at least 1 ms
     * @param timeout how long an answer may take, at least 1 ms
     * @param failureThreshold pings missed in a row that end the link, at least 1
     * @param maxPending pings that may wait for their answers at a time, 1 to 1024
     * @param factory makes the pings
     * @param parser finds their answers among the messages
     * @return the strategy
     * @throws IllegalArgumentException when a value is out of its range
     */
    public static WsPingPongStrategy application(
            Duration interval,
            Duration timeout,
            int failureThreshold,
            int maxPending,
            WsPingFactory factory,
            WsPongParser parser) {
        return new WsApplicationPingPong(
                Objects.requireNonNull(interval, "interval"),
                Objects.requireNonNull(timeout, "timeout"),
                failureThreshold,
                maxPending,
                Objects.requireNonNull(factory, "factory"),
                Objects.requireNonNull(parser, "parser"));
    }

    /**
     * Pings that are one fixed text, answered by exactly another, which is consumed. One missed
     * ping ends the link.
     *
     * @param ping what is sent
     * @param pong what answers it
     * @param interval from one ping to the next, at least 1 ms
     * @param timeout how long an answer may take, at least 1 ms
     * @return the strategy
     * @throws IllegalArgumentException when a value is out of its range
     */
    public static WsPingPongStrategy text(
            String ping, String pong, Duration interval, Duration timeout) {
        return text(ping, pong, interval, timeout, 1);
    }

    /**
     * Pings that are one fixed text, answered by exactly another, which is consumed.
     *
     * @param ping what is sent
     * @param pong what answers it
     * @param interval from one ping to the next, at least 1 ms
     * @param timeout how long an answer may take, at least 1 ms
     * @param failureThreshold pings missed in a row that end the link, at least 1
     * @return the strategy
     * @throws IllegalArgumentException when a value is out of its range
     */
    public static WsPingPongStrategy text(
            String ping, String pong, Duration interval, Duration timeout, int failureThreshold) {
        return new TextPingPong(
                Objects.requireNonNull(ping, "ping"),
                Objects.requireNonNull(pong, "pong"),
                Objects.requireNonNull(interval, "interval"),
                Objects.requireNonNull(timeout, "timeout"),
                failureThreshold);
    }

    /**
     * The server does the pinging. Each of its pings is answered once, and {@link
     * WsClientBuilder#maxSilence} notices when it stops.
     *
     * @return the strategy
     */
    public static WsPingPongStrategy serverDriven() {
        return ServerDrivenPingPong.INSTANCE;
    }

    /**
     * No pings; the peer's pings are answered all the same.
     *
     * @return the strategy
     */
    public static WsPingPongStrategy none() {
        return NoPingPong.INSTANCE;
    }
}
