package io.github.belay.examples.java;

import static io.github.belay.examples.java.Recipe.got;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.WsTarget;
import io.github.belay.endpoint.WsEndpointHandler;
import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.frame.CloseCode;
import io.github.belay.frame.WsFrame;
import io.github.belay.java.CircuitBreakers;
import io.github.belay.java.Reconnects;
import io.github.belay.java.WsClient;
import io.github.belay.java.WsEndpoint;
import io.github.belay.lifecycle.WsDisconnectAction;
import io.github.belay.lifecycle.WsDisconnectCause;
import io.github.belay.policy.Jitter;
import io.github.belay.transport.WsHeaders;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The code that the recipe for reconnection shows. */
class ReconnectionRecipeTest {
    /** A code of this server's own. */
    private static final int ACCOUNT_CLOSED = 4001;

    // snippet:reconnection-endpoint-java
    static class QuotesEndpoint implements WsEndpoint<String> {
        @Override
        public WsParseOutcome<String> parse(WsFrame frame) {
            return WsParseOutcome.message(frame.getPayload().decodeToString());
        }

        @Override
        public WsDisconnectAction classifyDisconnect(WsDisconnectCause cause) {
            int code =
                    cause instanceof WsDisconnectCause.RemoteClosed closed ? closed.getCode() : 0;
            if (code == CloseCode.SERVICE_RESTART) return WsDisconnectAction.IMMEDIATE_RECONNECT;
            if (code == ACCOUNT_CLOSED) return WsDisconnectAction.ABORT;
            return WsEndpointHandler.defaultAction(cause);
        }
    }

    // end:reconnection-endpoint-java

    private final AtomicInteger tokens = new AtomicInteger();

    private CompletableFuture<String> freshToken() {
        return CompletableFuture.completedFuture("token " + tokens.incrementAndGet());
    }

    @Test
    void comesBackWithAFreshTokenUntilTheServerSaysThatItIsOver() throws Exception {
        var gaveUp = new CompletableFuture<WsDisconnectCause>();
        var endpoint =
                new QuotesEndpoint() {
                    @Override
                    public String onConnectionDisconnected(
                            WsDisconnectCause cause, boolean willReconnect) {
                        if (!willReconnect) gaveUp.complete(cause);
                        return null;
                    }
                };
        try (var recipe = new Recipe()) {
            var transport = recipe.transport();
            // snippet:reconnection-java
            var backoff =
                    Reconnects.exponentialBackoff(
                            Duration.ofMillis(100), Duration.ofSeconds(30), 2.0, Jitter.Full);
            var breaker =
                    CircuitBreakers.builder()
                            .failureThreshold(5)
                            .openTimeout(Duration.ofSeconds(60))
                            .build();
            var quotes =
                    WsClient.builder(transport, endpoint)
                            .target(attempt -> freshToken().thenApply(token -> authorized(token)))
                            .reconnect(Reconnects.withMaxElapsed(Duration.ofHours(1), backoff))
                            .circuitBreaker(breaker)
                            .build();
            quotes.connect().join();
            // end:reconnection-java
            recipe.accept().dropSocket();
            var second = recipe.accept();
            assertEquals("Bearer token 2", second.getRequest().getHeaders().get("Authorization"));
            second.close(ACCOUNT_CLOSED);
            assertEquals("remote_closed", got(gaveUp).getKind());
            quotes.close();
        }
    }

    private static WsTarget authorized(String token) {
        return new WsTarget(
                "wss://server.example/", WsHeaders.of("Authorization", "Bearer " + token));
    }
}
