package io.github.belay.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.frame.WsFrame;
import io.github.belay.lifecycle.WebSocketEvent;
import io.github.belay.request.WsDelegatedRequest;
import io.github.belay.request.WsRequestMatch;
import io.github.belay.testing.MockConnection;
import io.github.belay.testing.MockServer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server in memory and what all tests of a client do with it. */
final class Rig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExecutorService serverThread = daemons("mock-server", 1);
    final MockServer server = MockServer.on(serverThread);

    WsClientBuilder<String> client() {
        return client(new Echo());
    }

    WsClientBuilder<String> client(WsEndpoint<String> endpoint) {
        return WsClient.builder(server.getTransport(), endpoint).url("ws://mock");
    }

    /** Connects the client and gives the server's end of it. */
    MockConnection connected(WsClient<?> client) throws Exception {
        got(client.connect());
        return got(server.acceptConnectionAsync());
    }

    @Override
    public void close() {
        server.getTransport().close();
        serverThread.shutdown();
    }

    static ExecutorService daemons(String name, int threads) {
        return Executors.newFixedThreadPool(
                threads,
                task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    static <T> T got(Future<T> future) throws Exception {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What the future fails with. */
    static <E extends Throwable> E failure(Class<E> type, Future<?> future) {
        return assertInstanceOf(
                type, assertThrows(ExecutionException.class, () -> got(future)).getCause());
    }

    /** Nothing happens to the future while the server and the client have their say. */
    static void assertPending(Future<?> future) {
        assertThrows(TimeoutException.class, () -> future.get(50, TimeUnit.MILLISECONDS));
    }

    static void assertReceives(String text, MockConnection connection) throws Exception {
        assertEquals(text, textOf(got(connection.receiveAsync())));
    }

    static String textOf(WsFrame frame) {
        return frame.getPayload().decodeToString();
    }

    static WebSocketEvent message(String text) {
        return WebSocketEvent.sendMessage(WsFrame.text(text));
    }

    static WsDelegatedRequest request(long id) {
        return WsDelegatedRequest.confirmed(id, WsFrame.text("request " + id), PATIENCE);
    }

    /** Messages are their text; "ok 7" and "no 7" answer request 7. */
    static class Echo implements WsEndpoint<String> {
        @Override
        public WsParseOutcome<String> parse(WsFrame frame) {
            return maybeRequestResponse(frame)
                    ? WsParseOutcome.ignore()
                    : WsParseOutcome.message(textOf(frame));
        }

        @Override
        public boolean maybeRequestResponse(WsFrame frame) {
            return textOf(frame).startsWith("ok ") || textOf(frame).startsWith("no ");
        }

        @Override
        public WsRequestMatch matchRequestResponse(WsFrame frame) {
            long id = Long.parseLong(textOf(frame).substring(3));
            return textOf(frame).startsWith("ok ")
                    ? WsRequestMatch.ok(id)
                    : WsRequestMatch.rejected(id, "no");
        }
    }
}
