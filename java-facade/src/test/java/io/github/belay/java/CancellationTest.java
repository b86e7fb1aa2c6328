package io.github.belay.java;

import static io.github.belay.java.Rig.PATIENCE;
import static io.github.belay.java.Rig.assertPending;
import static io.github.belay.java.Rig.assertReceives;
import static io.github.belay.java.Rig.got;
import static io.github.belay.java.Rig.message;
import static io.github.belay.java.Rig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.WsTarget;
import io.github.belay.lifecycle.WsConnectionStatus;
import io.github.belay.testing.MockConnection;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancelling a future cancels that wait and nothing else. */
class CancellationTest {
    private final Rig rig = new Rig();
    private final CompletableFuture<WsTarget> target = new CompletableFuture<>();
    private final WsClient<String> client =
            WsClient.builder(rig.server.getTransport(), new Rig.Echo())
                    .target(attempt -> target)
                    .closeTimeout(PATIENCE)
                    .build();

    @AfterEach
    void closeAll() throws Exception {
        got(client.abort());
        rig.close();
    }

    private void letTheAttemptThrough() {
        target.complete(new WsTarget("ws://mock"));
    }

    private MockConnection connected() throws Exception {
        letTheAttemptThrough();
        return rig.connected(client);
    }

    @Test
    void cancelledConnectGoesOnConnecting() throws Exception {
        CompletableFuture<Void> connect = client.connect();
        CompletableFuture<Void> other = client.connect();
        assertTrue(connect.cancel(true));
        assertPending(other);
        assertFalse(target.isDone());
        letTheAttemptThrough();
        got(other);
        assertEquals(WsConnectionStatus.CONNECTED, client.status());
    }

    @Test
    void cancelledAwaitReadyLeavesTheOtherWaiting() throws Exception {
        CompletableFuture<Void> ready = client.awaitReady(PATIENCE);
        CompletableFuture<Void> other = client.awaitReady(PATIENCE);
        assertTrue(ready.cancel(false));
        assertPending(other);
        connected();
        got(other);
    }

    @Test
    void cancelledTellIsSentAllTheSame() throws Exception {
        CompletableFuture<Void> told = client.tell(message("first"));
        CompletableFuture<Void> other = client.tell(message("second"));
        assertTrue(told.cancel(true));
        MockConnection connection = connected();
        assertReceives("first", connection);
        assertReceives("second", connection);
        got(other);
    }

    @Test
    void cancelledAskLeavesTheOtherRequests() throws Exception {
        MockConnection connection = connected();
        var answer = client.ask(request(1));
        var other = client.ask(request(2));
        assertReceives("request 1", connection);
        assertReceives("request 2", connection);
        assertTrue(answer.cancel(true));
        connection.sendText("ok 1");
        connection.sendText("ok 2");
        assertEquals(2, got(other).getId());
        assertTrue(connection.isOpen());
    }

    @Test
    void cancelledDisconnectGoesDownAllTheSame() throws Exception {
        rig.server.setEchoesClose(false);
        MockConnection connection = connected();
        CompletableFuture<Void> down = client.disconnect();
        CompletableFuture<Void> other = client.disconnect();
        assertTrue(down.cancel(true));
        assertPending(other);
        connection.dropSocket();
        got(other);
        assertEquals(WsConnectionStatus.DISCONNECTED, client.status());
    }

    @Test
    void cancelledCloseGoesOnClosing() throws Exception {
        rig.server.setEchoesClose(false);
        MockConnection connection = connected();
        CompletableFuture<Void> closed = client.closeAsync();
        CompletableFuture<Void> other = client.closeAsync();
        assertTrue(closed.cancel(true));
        assertPending(other);
        connection.dropSocket();
        got(other);
        assertEquals(WsConnectionStatus.CLOSED, client.status());
    }

    @Test
    void completingFromOutsideEndsTheWaitToo() throws Exception {
        CompletableFuture<Void> connect = client.connect();
        assertTrue(connect.complete(null));
        connected();
    }
}
