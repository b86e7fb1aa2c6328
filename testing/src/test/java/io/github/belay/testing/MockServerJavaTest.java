package io.github.belay.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.belay.frame.WsFrame;
import io.github.belay.testing.contract.ServerHandshake;
import io.github.belay.testing.server.LoopbackTls;
import io.github.belay.testing.server.RawWsOptions;
import io.github.belay.testing.server.RawWsServer;
import io.github.belay.transport.WsConnectFailure;
import io.github.belay.transport.WsConnectRequest;
import io.github.belay.transport.WsLinkEnd;
import io.github.belay.transport.WsUrl;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The test kit as a Java program uses it. */
class MockServerJavaTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final MockServer server = MockServer.on(executor);
    private final RecordingListener listener = new RecordingListener();

    @AfterEach
    void stopExecutor() {
        executor.shutdown();
    }

    @Test
    void framesCrossInBothDirectionsWithoutCoroutines() throws Exception {
        connect();
        var connection = server.acceptConnectionAsync().get(10, TimeUnit.SECONDS);
        connection.sendText("from the server");
        assertEquals(WsFrame.text("from the server"), listener.awaitFrame());
        var session = listener.awaitOpen();
        session.write(WsFrame.text("from the client"));
        session.flush(failure -> {});
        assertEquals(
                WsFrame.text("from the client"),
                connection.receiveAsync().get(10, TimeUnit.SECONDS));
        connection.close();
        assertEquals(WsLinkEnd.EndOfStream.INSTANCE, listener.awaitClosed());
        listener.assertContractKept();
    }

    @Test
    void anAttemptIsRefusedWithAStatus() {
        server.reject(503);
        connect();
        var failure = listener.awaitConnectFailure();
        assertEquals(503, assertInstanceOf(WsConnectFailure.Rejected.class, failure).getStatus());
    }

    @Test
    void aRawServerStartsWithOneCall() {
        try (var plain = new RawWsServer();
                var secure = new RawWsServer(new RawWsOptions(LoopbackTls.selfSigned()))) {
            plain.enqueue(ServerHandshake.Hang.INSTANCE);
            assertEquals("ws", plain.getUrl().getScheme());
            assertEquals("wss", secure.getUrl().getScheme());
        }
    }

    private void connect() {
        var request = new WsConnectRequest(WsUrl.parse("ws://localhost/mock"));
        server.getTransport().connect(request, listener);
    }
}
