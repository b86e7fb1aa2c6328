package io.github.belay.java;

import static io.github.belay.java.Rig.assertReceives;
import static io.github.belay.java.Rig.failure;
import static io.github.belay.java.Rig.got;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.belay.WebSocketException;
import io.github.belay.WsAttempt;
import io.github.belay.WsTarget;
import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.endpoint.WsServerErrorAction;
import io.github.belay.endpoint.WsSessionMode;
import io.github.belay.frame.WsFrame;
import io.github.belay.frame.WsFrameView;
import io.github.belay.ingress.WsIngress;
import io.github.belay.ingress.WsIngressAction;
import io.github.belay.lifecycle.WsDisconnectAction;
import io.github.belay.lifecycle.WsDisconnectCause;
import io.github.belay.subscription.WsSubscriptionManager;
import io.github.belay.testing.MockConnection;
import io.github.belay.transport.WsHeaders;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a protocol written in Java can say. */
class WsEndpointTest {
    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    /** Uses every function that has a default. */
    private static class Market extends Rig.Echo {
        final CompletableFuture<WsFrame> token = new CompletableFuture<>();

        @Override
        public WsSessionMode sessionMode() {
            return WsSessionMode.AUTH_GATED;
        }

        @Override
        public WsSubscriptionManager subscriptions() {
            return () -> List.of(WsFrame.text("subscribe"));
        }

        @Override
        public CompletionStage<@Nullable WsFrame> generateAuth() {
            return token.thenApply(frame -> frame);
        }

        @Override
        public String onConnectionOpened(boolean isReconnect) {
            return "opened, isReconnect=" + isReconnect;
        }

        @Override
        public WsParseOutcome<String> parse(WsFrame frame) {
            return switch (Rig.textOf(frame)) {
                case "welcome" -> WsParseOutcome.sessionAuthenticated();
                case "are you there?" -> WsParseOutcome.send(WsFrame.text("yes"));
                case "error" -> WsParseOutcome.serverError(42, "no such market");
                case "moved" -> WsParseOutcome.reconnect("moved");
                case "over" -> WsParseOutcome.shutdown("over");
                default -> super.parse(frame);
            };
        }

        @Override
        public WsServerErrorAction handleServerError(WsParseOutcome.ServerError error) {
            return error.getCode() == 42
                    ? WsServerErrorAction.RECONNECT
                    : WsServerErrorAction.CONTINUE;
        }

        @Override
        public String onConnectionDisconnected(WsDisconnectCause cause, boolean willReconnect) {
            return cause.getKind() + ", willReconnect=" + willReconnect;
        }

        @Override
        public WsDisconnectAction classifyDisconnect(WsDisconnectCause cause) {
            return WsDisconnectAction.IMMEDIATE_RECONNECT;
        }
    }

    private static MockConnection welcomed(MockConnection connection) throws Exception {
        assertReceives("token", connection);
        connection.sendText("welcome");
        assertReceives("subscribe", connection);
        return connection;
    }

    @Test
    void everyFunctionHasItsSay() throws Exception {
        var endpoint = new Market();
        try (var client = rig.client(endpoint).build()) {
            var messages = TestSubscriber.unbounded(client.messages());
            CompletableFuture<Void> connected = client.connect();
            MockConnection first = got(rig.server.acceptConnectionAsync());
            assertEquals("opened, isReconnect=false", messages.next());
            endpoint.token.complete(WsFrame.text("token"));
            welcomed(first);
            got(connected);
            first.sendText("are you there?");
            assertReceives("yes", first);
            first.sendText("hello");
            assertEquals("hello", messages.next());
            first.sendText("error");
            assertEquals("server_error, willReconnect=true", messages.next());

            MockConnection second = welcomed(got(rig.server.acceptConnectionAsync()));
            assertEquals("opened, isReconnect=true", messages.next());
            second.sendText("over");
            assertEquals("endpoint_requested, willReconnect=false", messages.next());
            got(messages.end);
        }
    }

    @Test
    void anAuthenticationThatIsCancelledEndsTheLink() throws Exception {
        var endpoint =
                new Rig.Echo() {
                    @Override
                    public CompletionStage<@Nullable WsFrame> generateAuth() {
                        var stage = new CompletableFuture<@Nullable WsFrame>();
                        stage.cancel(true);
                        return stage;
                    }
                };
        try (var client = rig.client(endpoint).reconnect(Reconnects.none()).build()) {
            var failure = failure(WebSocketException.class, client.connect());
            var cause =
                    assertInstanceOf(
                            WsDisconnectCause.InternalError.class, failure.getDisconnectCause());
            assertEquals("auth", cause.getContext());
            assertEquals("WebSocketException", cause.getText());
            assertEquals("the stage of generateAuth was cancelled", cause.getThrown().getMessage());
        }
    }

    @Test
    void whoClassifiesARefusalSeesWhatTheServerAnswered() {
        var seen = new CompletableFuture<WsDisconnectCause>();
        var endpoint =
                new Rig.Echo() {
                    @Override
                    public WsDisconnectAction classifyDisconnect(WsDisconnectCause cause) {
                        seen.complete(cause);
                        return WsDisconnectAction.ABORT;
                    }
                };
        rig.server.reject(401, WsHeaders.of("WWW-Authenticate", "Bearer"), "token expired");
        try (var client = rig.client(endpoint).build()) {
            failure(WebSocketException.class, client.connect());
        }
        var cause = assertInstanceOf(WsDisconnectCause.HandshakeFailed.class, seen.join());
        assertEquals(401, cause.getStatus());
        assertEquals("Bearer", cause.header("WWW-Authenticate"));
        assertEquals("WWW-Authenticate", cause.getHeaders().get(0).getKey());
        assertEquals("token expired", cause.getBodyStart());
    }

    @Test
    void theTargetIsAskedForAtEveryAttempt() throws Exception {
        var attempts = new java.util.concurrent.ArrayBlockingQueue<WsAttempt>(8);
        var client =
                WsClient.builder(rig.server.getTransport())
                        .target(
                                attempt -> {
                                    attempts.add(attempt);
                                    var headers =
                                            WsHeaders.of("Token", "t" + attempt.getGeneration());
                                    return CompletableFuture.completedFuture(
                                            new WsTarget(
                                                    "ws://mock/" + attempt.getAttempt(), headers));
                                })
                        .header("Origin", "here")
                        .build();
        try (client) {
            MockConnection connection = rig.connected(client);
            var request = connection.getRequest();
            assertEquals("ws://mock:80/1", request.getUrl().reveal());
            assertEquals("t1", request.getHeaders().get("Token"));
            assertEquals("here", request.getHeaders().get("Origin"));
            assertFalse(attempts.take().isReconnect());
        }
    }

    @Test
    void aTargetThatIsCancelledIsAFailedAttempt() {
        var none = new CompletableFuture<WsTarget>();
        none.cancel(true);
        var client =
                WsClient.builder(rig.server.getTransport())
                        .target(attempt -> none)
                        .reconnect(Reconnects.none())
                        .build();
        try (client) {
            var failure = failure(WebSocketException.class, client.connect());
            var cause =
                    assertInstanceOf(
                            WsDisconnectCause.HandshakeFailed.class, failure.getDisconnectCause());
            assertEquals("WebSocketException", cause.getText());
            assertEquals("the stage of target was cancelled", cause.getThrown().getMessage());
        }
    }

    @Test
    void anIngressDecidesBeforeTheEndpoint() throws Exception {
        WsIngress<String> ingress =
                new WsIngress<>() {
                    @Override
                    public WsIngressAction<String> onFrame(WsFrameView frame) {
                        return switch (frame.decodeToString()) {
                            case "noise" -> WsIngressAction.ignore();
                            case "both" -> WsIngressAction.emitBatch(List.of("one", "two"));
                            case "fast" -> WsIngressAction.emit("fast path");
                            default -> WsIngressAction.forward();
                        };
                    }
                };
        try (var client = rig.client().ingress(ingress).build()) {
            var messages = TestSubscriber.unbounded(client.messages());
            MockConnection connection = rig.connected(client);
            for (String text : List.of("noise", "both", "fast", "slow")) {
                connection.sendText(text);
            }
            for (String text : List.of("one", "two", "fast path", "slow")) {
                assertEquals(text, messages.next());
            }
        }
    }
}
