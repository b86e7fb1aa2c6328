package io.github.belay.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.endpoint.WsTimestampSink;
import io.github.belay.frame.WsFrame;
import io.github.belay.frame.WsFrameView;
import io.github.belay.lifecycle.WsDisconnectCause;
import io.github.belay.lifecycle.WsLifecycleEvent;
import io.github.belay.lifecycle.WsPercentile;
import io.github.belay.observe.WsMetricsReporter;
import io.github.belay.policy.WsLatencyAction;
import io.github.belay.policy.WsLatencyPolicy;
import io.github.belay.policy.WsPing;
import io.github.belay.policy.WsPingPongStrategy;
import io.github.belay.policy.WsPongOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Heartbeats, from Java, and one of our own. */
class HeartbeatsTest {
    private static final Duration OFTEN = Duration.ofMillis(5);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    /** Asks `how are you 1`, takes `fine 1` for an answer, and answers `how are you` itself. */
    private static final class Polite implements WsPingPongStrategy {
        @Override
        public long intervalMillis() {
            return 5;
        }

        @Override
        public long timeoutMillis() {
            return 20_000;
        }

        @Override
        public int maxPending() {
            return 1;
        }

        @Override
        public WsPing createPing(long number) {
            return new WsPing(WsFrame.text("how are you " + number), number);
        }

        @Override
        public boolean readsMessages() {
            return true;
        }

        @Override
        public WsPongOutcome handleInbound(WsFrameView frame) {
            String text = frame.decodeToString();
            if (text.equals("how are you")) {
                return WsPongOutcome.reply(WsFrame.text("fine"));
            }
            return text.startsWith("fine ")
                    ? WsPongOutcome.pongReceived(Long.parseLong(text.substring(5)))
                    : WsPongOutcome.notPong();
        }
    }

    private static TestSubscriber<WsLifecycleEvent> eventsOf(WsClient<?> client) {
        return TestSubscriber.unbounded(client.lifecycle());
    }

    /** The next event of that type. */
    private static <E extends WsLifecycleEvent> E next(
            Class<E> type, TestSubscriber<WsLifecycleEvent> events) throws Exception {
        var event = events.next();
        while (!type.isInstance(event)) {
            event = events.next();
        }
        return type.cast(event);
    }

    @Test
    void aHeartbeatCanBeWrittenInJava() throws Exception {
        try (var client = rig.client().heartbeat(new Polite()).build()) {
            var connection = rig.connected(client);
            Rig.assertReceives("how are you 1", connection);
            connection.sendText("fine 1");
            Rig.assertReceives("how are you 2", connection);
            connection.sendText("fine 2");
            Rig.assertReceives("how are you 3", connection);
            // Only one waits at a time, so both were answered.
            assertEquals(2, client.stats().getRttSamples());
            connection.sendText("how are you");
            Rig.assertReceives("fine", connection);
        }
    }

    @Test
    void whatTheHeartbeatTakesReachesNobodyElse() throws Exception {
        try (var client = rig.client().heartbeat(Heartbeats.text("a", "b", OFTEN, LONG)).build()) {
            var messages = TestSubscriber.unbounded(client.messages());
            var connection = rig.connected(client);
            Rig.assertReceives("a", connection);
            connection.sendText("b");
            connection.sendText("c");
            assertEquals("c", messages.next());
        }
    }

    @Test
    void aKeyedPingThatNobodyAnswersEndsTheLink() throws Exception {
        var heartbeat =
                Heartbeats.application(
                        LONG,
                        Duration.ofMillis(20),
                        number -> new WsPing(WsFrame.text("ping " + number), number),
                        frame -> null);
        try (var client = rig.client().heartbeat(heartbeat).build()) {
            var events = eventsOf(client);
            Rig.assertReceives("ping 1", rig.connected(client));
            var timeout =
                    assertInstanceOf(
                            WsDisconnectCause.PongTimeout.class,
                            next(WsLifecycleEvent.Disconnected.class, events).getCause());
            assertEquals(20, timeout.getLimitMillis());
        }
    }

    @Test
    void aLinkWithoutDataEnds() throws Exception {
        WsEndpoint<String> statuses = frame -> WsParseOutcome.notData(Rig.textOf(frame));
        try (var client = rig.client(statuses).dataTimeout(Duration.ofMillis(50)).build()) {
            var events = eventsOf(client);
            rig.connected(client).sendText("status");
            var timeout =
                    assertInstanceOf(
                            WsDisconnectCause.DataTimeout.class,
                            next(WsLifecycleEvent.Disconnected.class, events).getCause());
            assertEquals(50, timeout.getLimitMillis());
        }
    }

    @Test
    void roundTripsThatTakeTooLongAreReported() throws Exception {
        var policy =
                new WsLatencyPolicy(
                        Duration.ofNanos(1), WsPercentile.P50, 1, 1, 10, WsLatencyAction.REPORT);
        try (var client =
                rig.client()
                        .heartbeat(Heartbeats.protocol(OFTEN, LONG))
                        .latencyPolicy(policy)
                        .build()) {
            var events = eventsOf(client);
            rig.connected(client);
            assertEquals(
                    WsPercentile.P50,
                    next(WsLifecycleEvent.HighLatency.class, events).getPercentile());
        }
    }

    @Test
    void theAgeOfDataIsReported() throws Exception {
        var reports = new CompletableFuture<String>();
        var metrics =
                new WsMetricsReporter() {
                    @Override
                    public void payloadLag(String client, String kind, long lagMicros) {
                        reports.complete(client + " " + kind + (lagMicros > 0 ? " is old" : ""));
                    }
                };
        var endpoint =
                new Rig.Echo() {
                    @Override
                    public void samplePayloadTimestamps(WsFrame frame, WsTimestampSink sink) {
                        sink.timestamp("trade", Long.parseLong(Rig.textOf(frame)));
                    }
                };
        try (var client =
                rig.client(endpoint)
                        .metrics(metrics)
                        .payloadLagInterval(Duration.ofSeconds(5))
                        .build()) {
            rig.connected(client).sendText("1000000");
            assertEquals("ws trade is old", Rig.got(reports));
        }
    }

    @Test
    void aTopicIsAsFreshAsItsData() throws Exception {
        WsEndpoint<String> endpoint = frame -> WsParseOutcome.data(Rig.textOf(frame), "btc");
        try (var client = rig.client(endpoint).build()) {
            var messages = TestSubscriber.unbounded(client.messages());
            assertEquals(Optional.empty(), client.topicAge("btc"));
            rig.connected(client).sendText("1");
            messages.next();
            assertEquals(-1, client.topicAge("btc").orElseThrow().compareTo(LONG));
            assertEquals(Optional.empty(), client.topicAge("eth"));
        }
    }

    @Test
    void aClientSaysHowItIs() throws Exception {
        try (var client = rig.client().build()) {
            assertEquals("never connected", client.health().getReason());
            rig.connected(client);
            assertEquals(true, client.health().isHealthy());
            assertEquals(0, client.health().getMissedPongs());
        }
    }

    @Test
    void aHeartbeatThatCannotBeIsRefusedWhenTheClientIsBuilt() {
        var builder =
                rig.client()
                        .heartbeat(
                                new WsPingPongStrategy() {
                                    @Override
                                    public long intervalMillis() {
                                        return 1;
                                    }

                                    @Override
                                    public long timeoutMillis() {
                                        return 0;
                                    }

                                    @Override
                                    public WsPing createPing(long number) {
                                        return null;
                                    }

                                    @Override
                                    public WsPongOutcome handleInbound(WsFrameView frame) {
                                        return WsPongOutcome.notPong();
                                    }
                                });
        assertEquals(
                "heartbeat.timeoutMillis must be >= 1 but was 0",
                assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }
}
