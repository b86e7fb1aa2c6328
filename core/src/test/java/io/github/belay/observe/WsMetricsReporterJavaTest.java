package io.github.belay.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.internal.actor.StatsFixture;
import io.github.belay.lifecycle.WsConnectionStatus;
import io.github.belay.lifecycle.WsDisconnectCause;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WsMetricsReporterJavaTest {
    /** Overrides a few and leaves the rest to the defaults. */
    private static final class Remembering implements WsMetricsReporter {
        final List<String> heard = new ArrayList<>();

        @Override
        public void connected(String client, long durationNanos) {
            heard.add(client + " connected in " + durationNanos);
        }

        @Override
        public void framesReceived(String client, int frames, long bytes) {
            heard.add(client + " received " + frames + " frames, " + bytes + " bytes");
        }

        @Override
        public void pongReceived(String client, long rttNanos) {
            heard.add(client + " answered in " + rttNanos);
        }

        @Override
        public void disconnected(String client, WsDisconnectCause cause) {
            heard.add(client + " lost: " + cause.getKind());
        }
    }

    @Test
    void aReporterInJavaHearsWhatItOverrides() {
        var reporter = new Remembering();
        StatsFixture.shortLife(reporter);
        reporter.disconnected("ws", new WsDisconnectCause.ReadFailure("reset"));
        assertEquals(
                List.of(
                        "ws connected in 20000000",
                        "ws received 3 frames, 300 bytes",
                        "ws answered in 2000000",
                        "ws lost: read_failure"),
                reporter.heard);
    }

    @Test
    void everyStatisticIsAPlainGetter() {
        WsConnectionStats stats = StatsFixture.shortLife(new WsMetricsReporter() {});
        assertEquals(WsConnectionStatus.CONNECTED, stats.getStatus());
        assertEquals(90_000, stats.getUptimeMillis());
        assertEquals(3, stats.getFramesReceived());
        assertEquals(2_000, stats.getRttP50Micros(), 2);
        assertEquals(5, stats.getQueuedFrames());
        assertEquals(2, stats.getPendingRequests());
        for (var method : WsConnectionStats.class.getMethods()) {
            if (method.getDeclaringClass() != WsConnectionStats.class) {
                continue;
            }
            var type = method.getReturnType();
            assertTrue(
                    type == long.class
                            || type == int.class
                            || type == double.class
                            || type == boolean.class
                            || type == WsConnectionStatus.class
                            || type == String.class
                            || type == List.class,
                    method.toString());
        }
    }

    @Test
    void micrometerIsReportedToWithoutKotlin() {
        var registry = new SimpleMeterRegistry();
        WsMetricsReporter reporter = new MicrometerMetricsReporter(registry);
        reporter.requestSettled("ws", WsRequestOutcome.CONFIRMED);
        var confirmed = registry.get("websocket.client.requests").tag("outcome", "confirmed");
        assertEquals(1.0, confirmed.counter().count());
    }
}
