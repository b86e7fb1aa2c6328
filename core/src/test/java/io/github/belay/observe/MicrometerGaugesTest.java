package io.github.belay.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.internal.actor.StatsFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MicrometerGaugesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double value(String name) {
        return registry.get("websocket.client." + name).tag("client", "trades").gauge().value();
    }

    @Test
    void gaugesShowTheConnectionAsItIs() {
        var stats = new AtomicReference<>(StatsFixture.shortLife(new WsMetricsReporter() {}));
        MicrometerGauges.bind(registry, "trades", stats::get);
        assertEquals(1, value("connected"));
        assertEquals(90, value("uptime"));
        assertEquals(5, value("queue.frames"));
        assertEquals(5 / 1024.0, value("queue.fill"));
        assertEquals(2, value("requests.pending"));
        assertEquals(0, value("reading.paused"));
        assertEquals(
                Set.of("trades"),
                registry.getMeters().stream()
                        .map(meter -> meter.getId().getTag("client"))
                        .collect(Collectors.toSet()));
    }
}
