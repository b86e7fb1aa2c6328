package io.github.belay.examples.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.java.WsClient;
import io.github.belay.observe.MicrometerGauges;
import io.github.belay.observe.MicrometerMetricsReporter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** The code that the recipe for metrics shows. */
class MetricsRecipeTest {
    @Test
    void metersCarryTheNameOfTheConnection() {
        try (var recipe = new Recipe()) {
            var transport = recipe.transport();
            // snippet:metrics-java
            var registry = new SimpleMeterRegistry(); // the one of your program
            var reporter = new MicrometerMetricsReporter(registry); // one for all connections
            var trades =
                    WsClient.builder(transport, new TradesEndpoint())
                            .url("wss://server.example/")
                            .name("trades") // the tag client
                            .metrics(reporter)
                            .build();
            MicrometerGauges.bind(
                    registry, "trades", trades::stats); // how things are at the moment
            trades.connect().join();
            var attempts =
                    registry.counter("websocket.client.connect.attempts", "client", "trades")
                            .count();
            var health = trades.health();
            if (!health.isHealthy()) System.out.println("trades: " + health.getReason());
            // end:metrics-java
            assertEquals(1, attempts);
            assertTrue(health.isHealthy());
            assertEquals(1, registry.get("websocket.client.connected").gauge().value());
            trades.close();
        }
    }
}
