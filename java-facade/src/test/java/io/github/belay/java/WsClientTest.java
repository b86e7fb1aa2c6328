package io.github.belay.java;

import static io.github.belay.java.Rig.PATIENCE;
import static io.github.belay.java.Rig.assertPending;
import static io.github.belay.java.Rig.assertReceives;
import static io.github.belay.java.Rig.failure;
import static io.github.belay.java.Rig.got;
import static io.github.belay.java.Rig.message;
import static io.github.belay.java.Rig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.WebSocketException;
import io.github.belay.frame.WsFrame;
import io.github.belay.lifecycle.WebSocketEvent;
import io.github.belay.lifecycle.WsConnectionStatus;
import io.github.belay.lifecycle.WsDisconnectCause;
import io.github.belay.outbound.TellOutcome;
import io.github.belay.request.WsDelegatedError;
import io.github.belay.request.WsDelegatedOk;
import io.github.belay.testing.MockConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WsClientTest {
    private final Rig rig = new Rig();
    private final WsClient<String> client = rig.client().outboundCapacity(1).build();

    @AfterEach
    void closeAll() {
        client.close();
        rig.close();
    }

    @Test
    void connectIsDoneWhenTheConnectionIsReady() throws Exception {
        assertEquals(WsConnectionStatus.DISCONNECTED, client.status());
        got(client.connect());
        assertEquals(WsConnectionStatus.CONNECTED, client.status());
        got(client.connect());
        assertEquals(1, rig.server.getAcceptedConnections());
        assertEquals(WsConnectionStatus.CONNECTED, client.stats().getStatus());
    }

    @Test
    void connectFailsWithTheCauseWhenTheConnectionGivesUp() {
        rig.server.reject(401);
        var failure = failure(WebSocketException.class, client.connect());
        var cause =
                assertInstanceOf(
                        WsDisconnectCause.HandshakeFailed.class, failure.getDisconnectCause());
        assertEquals(401, cause.getStatus());
    }

    @Test
    void awaitReadyWaitsForAConnectThatComesLater() throws Exception {
        CompletableFuture<Void> ready = client.awaitReady(PATIENCE);
        assertPending(ready);
        client.connect();
        got(ready);
    }

    @Test
    void awaitReadyFailsWithATimeoutWhenTheTimeIsUp() {
        failure(TimeoutException.class, client.awaitReady(Duration.ofMillis(1)));
    }

    @Test
    void tellIsDoneWhenTheMessageWasSent() throws Exception {
        MockConnection connection = rig.connected(client);
        got(client.tell(message("hello")));
        assertReceives("hello", connection);
    }

    @Test
    void aMessageThatFindsTheQueueFullEndsAsThat() {
        client.tell(message("waits for a link"));
        var failure = failure(WsTellException.class, client.tell(message("too many")));
        assertInstanceOf(TellOutcome.QueueFull.class, failure.outcome());
        assertEquals("told event ended as QueueFull(limit=1 frames)", failure.getMessage());
    }

    @Test
    void whatOneThreadTellsAndAsksIsSentInItsOrder() throws Exception {
        try (var roomy = rig.client().build()) {
            MockConnection connection = rig.connected(roomy);
            for (int i = 0; i < 100; i++) {
                roomy.tell(message("message " + i));
            }
            for (int i = 0; i < 100; i++) {
                assertReceives("message " + i, connection);
            }
            for (int i = 0; i < 100; i++) {
                roomy.ask(request(i));
            }
            for (int i = 0; i < 100; i++) {
                assertReceives("request " + i, connection);
            }
        }
    }

    @Test
    void askIsDoneWithTheAnswer() throws Exception {
        MockConnection connection = rig.connected(client);
        CompletableFuture<WsDelegatedOk> answer = client.ask(request(7));
        assertReceives("request 7", connection);
        assertPending(answer);
        connection.sendText("ok 7");
        assertEquals(7, got(answer).getId());
        assertEquals(WsFrame.text("ok 7"), got(answer).getResponse());
        assertTrue(got(answer).getConfirmed());
    }

    @Test
    void askFailsWhenTheServerSaysNo() throws Exception {
        MockConnection connection = rig.connected(client);
        CompletableFuture<WsDelegatedOk> answer = client.ask(request(7));
        assertReceives("request 7", connection);
        connection.sendText("no 7");
        var failure = failure(WsDelegatedException.class, answer);
        assertInstanceOf(WsDelegatedError.EndpointRejected.class, failure.error());
    }

    @Test
    void askFailsAtOnceWhenTheConnectionIsNotReady() {
        var failure = failure(WsDelegatedException.class, client.ask(request(7)));
        assertInstanceOf(WsDelegatedError.NotDelivered.class, failure.error());
        assertEquals(
                "request ended as NotDelivered(id=7, connection not ready)", failure.getMessage());
    }

    @Test
    void disconnectStaysDownUntilTheNextConnect() throws Exception {
        MockConnection connection = rig.connected(client);
        got(client.disconnect(3001, "bye"));
        assertEquals(WsConnectionStatus.DISCONNECTED, client.status());
        var close =
                assertInstanceOf(WsFrame.Close.class, got(connection.receiveAsync())).getClose();
        assertEquals(3001, close.getCode());
        assertEquals("bye", close.getReason().toString());
        got(client.tell(WebSocketEvent.connect()));
        assertEquals(2, rig.connected(client).getId());
    }

    @Test
    void aClientWithoutAnEndpointYieldsFrames() throws Exception {
        try (var raw = WsClient.builder(rig.server.getTransport()).url("ws://mock").build()) {
            MockConnection connection = rig.connected(raw);
            var frames = TestSubscriber.unbounded(raw.messages());
            connection.sendBinary(new byte[] {1, 2});
            assertEquals(WsFrame.binary(new byte[] {1, 2}), frames.next());
        }
    }

    @Test
    @SuppressWarnings("DataFlowIssue") // null where it is not allowed is what is tested
    void onlyArgumentsThatAreNotAllowedThrowAtOnce() {
        assertThrows(NullPointerException.class, () -> client.awaitReady(null));
        assertThrows(NullPointerException.class, () -> client.tell(null));
        assertThrows(NullPointerException.class, () -> client.ask(null));
        assertThrows(NullPointerException.class, () -> client.onMessage(null, text -> {}));
        assertThrows(
                NullPointerException.class, () -> client.onMessage((Executor) Runnable::run, null));
        assertThrows(NullPointerException.class, () -> client.messages().subscribe(null));
        assertThrows(IllegalArgumentException.class, () -> client.closeAsync(1005, ""));
        assertThrows(
                IllegalArgumentException.class, () -> client.disconnect(1000, "x".repeat(124)));
        client.close();
        client.connect();
        client.awaitReady(PATIENCE);
        client.tell(message("late"));
        client.ask(request(1));
        client.disconnect();
        client.closeAsync();
        client.abort();
    }
}
