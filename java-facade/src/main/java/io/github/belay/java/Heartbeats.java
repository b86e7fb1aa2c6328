package io.github.belay.java;

import io.github.belay.policy.NoPingPong;
import io.github.belay.policy.ProtocolPingPong;
import io.github.belay.policy.WsPingPongStrategy;
import java.time.Duration;
import java.util.Objects;

/** Ways to notice a dead peer, for {@link WsClientBuilder#heartbeat}. */
public final class Heartbeats {
    private Heartbeats() {}

    /**
     * Pings of the protocol itself (RFC 6455 section 5.5.2). The link ends when the oldest
     * unanswered ping is as old as the timeout.
     *
     * @param interval from one ping to the next, positive
     * @param timeout how long a pong may take, positive
     * @return the strategy
     * @throws IllegalArgumentException when a value is out of its range
     */
    public static WsPingPongStrategy protocol(Duration interval, Duration timeout) {
        return new ProtocolPingPong(
                Objects.requireNonNull(interval, "interval"),
                Objects.requireNonNull(timeout, "timeout"));
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
