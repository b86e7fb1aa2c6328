package io.github.belay.examples.java;

import io.github.belay.testing.MockConnection;
import io.github.belay.testing.MockServer;
import io.github.belay.transport.WsTransport;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A server in memory that the code of a recipe runs against. */
final class Recipe implements AutoCloseable {
    private final ExecutorService serverThread = Executors.newSingleThreadExecutor();
    private final MockServer server = MockServer.on(serverThread);

    WsTransport transport() {
        return server.getTransport();
    }

    MockConnection accept() throws Exception {
        return got(server.acceptConnectionAsync());
    }

    static String receiveText(MockConnection connection) throws Exception {
        return got(connection.receiveAsync()).getPayload().decodeToString();
    }

    static <T> T got(Future<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        server.getTransport().close();
        serverThread.shutdown();
    }
}
