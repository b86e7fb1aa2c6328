package io.github.belay.examples.java;

import io.github.belay.frame.WsFrame;
import io.github.belay.java.Heartbeats;
import io.github.belay.java.WsClient;
import io.github.belay.ktor.KtorTransports;
import io.github.belay.policy.WsPing;
import io.github.belay.policy.WsPingPongStrategy;
import java.time.Duration;

/** The ways to keep a link alive, one at a time. */
final class KeepAlive {
    private KeepAlive() {}

    static WsPingPongStrategy protocol() {
        // snippet:heartbeat-protocol-java
        return Heartbeats.protocol(Duration.ofSeconds(20), Duration.ofSeconds(10), 3);
        // end:heartbeat-protocol-java
    }

    static WsPingPongStrategy text() {
        // snippet:heartbeat-text-java
        return Heartbeats.text("PING", "PONG", Duration.ofSeconds(20), Duration.ofSeconds(10));
        // end:heartbeat-text-java
    }

    static WsPingPongStrategy application() {
        // snippet:heartbeat-application-java
        return Heartbeats.application(
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                number ->
                        new WsPing(WsFrame.text("{\"op\":\"ping\",\"id\":" + number + "}"), number),
                frame -> {
                    String text = frame.decodeToString();
                    return text.contains("\"pong\"")
                            ? Long.valueOf(text.replaceAll("\\D", ""))
                            : null;
                });
        // end:heartbeat-application-java
    }

    static WsClient<Trade> watched(String address) {
        // snippet:liveness-java
        return WsClient.builder(KtorTransports.create(), new TradesEndpoint())
                .url(address)
                .heartbeat(Heartbeats.serverDriven())
                .maxSilence(Duration.ofSeconds(45))
                .dataTimeout(Duration.ofSeconds(60))
                .build();
        // end:liveness-java
    }

    static String check(WsClient<Trade> trades) {
        // snippet:health-java
        var health = trades.health();
        return health.isHealthy()
                ? "up, data " + health.getDataAgeMillis() + " ms ago"
                : "not up: " + health.getReason();
        // end:health-java
    }
}
