package io.github.belay.examples.java;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.java.Reconnects;
import io.github.belay.java.WsClient;
import io.github.belay.policy.Jitter;
import io.github.belay.testing.MockServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code that the recipe for testing shows. */
class TestingRecipeTest {
    private final ExecutorService serverThread = Executors.newSingleThreadExecutor();

    @AfterEach
    void stopServer() {
        serverThread.shutdown();
    }

    @Test
    void comesBackAndHearsTheServerAgain() throws Exception {
        // snippet:testing-java
        var server = MockServer.on(serverThread);
        try (var trades =
                WsClient.builder(server.getTransport(), new TradesEndpoint())
                        .url("ws://server.example/")
                        .reconnect(Reconnects.constant(Duration.ofMillis(1), Jitter.None))
                        .build()) {
            var received = new CompletableFuture<Trade>();
            trades.onMessage(Runnable::run, received::complete);
            trades.connect().join();
            server.acceptConnectionAsync().join().dropSocket(); // id 1
            var second = server.acceptConnectionAsync().join(); // id 2, after the backoff
            second.sendText("{\"type\":\"tick\",\"symbol\":\"BTC-USD\",\"seq\":1}");
            assertEquals(new Trade("BTC-USD", 1), received.get(10, TimeUnit.SECONDS));
        }
        // end:testing-java
    }
}
