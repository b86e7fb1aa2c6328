package io.github.belay.java;

import static io.github.belay.java.Rig.PATIENCE;
import static io.github.belay.java.Rig.assertReceives;
import static io.github.belay.java.Rig.failure;
import static io.github.belay.java.Rig.got;
import static io.github.belay.java.Rig.message;
import static io.github.belay.java.Rig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.WebSocketClosedException;
import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.frame.WsFrame;
import io.github.belay.lifecycle.WsConnectionStatus;
import io.github.belay.lifecycle.WsLifecycleEvent;
import io.github.belay.outbound.TellOutcome;
import io.github.belay.testing.MockConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    @Test
    void closeSaysGoodbyeAndWaitsUntilNothingIsLeft() throws Exception {
        MockConnection connection;
        WsClient<String> client = rig.client().build();
        try (client) {
            connection = rig.connected(client);
        }
        assertEquals(WsConnectionStatus.CLOSED, client.status());
        assertEquals(0, rig.server.getOpenConnections());
        var close =
                assertInstanceOf(WsFrame.Close.class, got(connection.receiveAsync())).getClose();
        assertEquals(1000, close.getCode());
        client.close();
        got(client.closeAsync(4000, "again"));
        got(client.abort());
    }

    @Test
    void closeAsyncCarriesCodeAndReason() throws Exception {
        var client = rig.client().build();
        MockConnection connection = rig.connected(client);
        got(client.closeAsync(4000, "maintenance"));
        var close =
                assertInstanceOf(WsFrame.Close.class, got(connection.receiveAsync())).getClose();
        assertEquals(4000, close.getCode());
        assertEquals("maintenance", close.getReason().toString());
    }

    @Test
    void everyWaitHearsOfTheClose() throws Exception {
        var client = rig.client().build();
        MockConnection connection = rig.connected(client);
        var answer = client.ask(request(1));
        assertReceives("request 1", connection);
        got(client.disconnect());
        var unsent = client.tell(message("unsent"));
        var ready = client.awaitReady(PATIENCE);
        client.close();
        failure(WsDelegatedException.class, answer);
        failure(WsTellException.class, unsent);
        failure(WebSocketClosedException.class, ready);
        failure(WebSocketClosedException.class, client.connect());
        failure(WebSocketClosedException.class, client.awaitReady(PATIENCE));
        failure(WsDelegatedException.class, client.ask(request(2)));
        var late = failure(WsTellException.class, client.tell(message("late")));
        assertEquals(TellOutcome.Closed.INSTANCE, late.outcome());
        got(client.disconnect());
    }

    @Test
    void abortDoesNotWaitForThePeer() throws Exception {
        rig.server.setEchoesClose(false);
        var client = rig.client().closeTimeout(PATIENCE.multipliedBy(10)).build();
        rig.connected(client);
        var closed = client.closeAsync();
        got(client.abort());
        got(closed);
    }

    @Test
    void aThreadThatIsInterruptedStopsWaitingAndKeepsItsFlag() throws Exception {
        rig.server.setEchoesClose(false);
        var client = rig.client().closeTimeout(PATIENCE.multipliedBy(10)).build();
        MockConnection connection = rig.connected(client);
        var flag = new CompletableFuture<Boolean>();
        var closer =
                new Thread(
                        () -> {
                            client.close();
                            flag.complete(Thread.currentThread().isInterrupted());
                        });
        closer.start();
        assertInstanceOf(WsFrame.Close.class, got(connection.receiveAsync()));
        closer.interrupt();
        assertTrue(got(flag));
        connection.dropSocket();
        got(client.closeAsync());
    }

    @Test
    void closeDoesNotNeedTheExecutor() throws Exception {
        ExecutorService callbacks = Rig.daemons("callbacks", 1);
        var mayGoOn = new CountDownLatch(1);
        var client = rig.client().executor(callbacks).closeTimeout(PATIENCE.dividedBy(100)).build();
        rig.connected(client);
        callbacks.execute(
                () -> {
                    try {
                        mayGoOn.await();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                });
        client.close();
        mayGoOn.countDown();
        callbacks.shutdown();
    }

    @Test
    void aHandlerThatDoesNotReturnIsInterrupted() throws Exception {
        var isBusy = new CompletableFuture<Void>();
        var wasInterrupted = new CompletableFuture<Void>();
        var endpoint =
                new Rig.Echo() {
                    @Override
                    public void handleMessage(String message) {
                        isBusy.complete(null);
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException interrupted) {
                            wasInterrupted.complete(null);
                        }
                    }
                };
        var client = rig.client(endpoint).closeTimeout(PATIENCE.dividedBy(100)).build();
        rig.connected(client).sendText("stuck");
        got(isBusy);
        client.close();
        got(wasInterrupted);
        assertEquals(WsConnectionStatus.CLOSED, client.status());
    }

    // A close from within a callback. The peer never answers the Close frame, so whoever waits
    // waits for minutes.

    private WsClient<String> unansweredWhenClosing(WsEndpoint<String> endpoint) {
        rig.server.setEchoesClose(false);
        return rig.client(endpoint).closeTimeout(PATIENCE.multipliedBy(10)).build();
    }

    private void assertReturns(
            CompletableFuture<Void> returned, WsClient<?> client, MockConnection connection)
            throws Exception {
        got(returned);
        connection.dropSocket();
        got(client.closeAsync());
    }

    private static void close(
            CompletableFuture<WsClient<String>> client, CompletableFuture<Void> returned) {
        client.join().close();
        returned.complete(null);
    }

    @Test
    void closeReturnsAtOnceInAMessageHandler() throws Exception {
        var itself = new CompletableFuture<WsClient<String>>();
        var returned = new CompletableFuture<Void>();
        var client =
                unansweredWhenClosing(
                        new Rig.Echo() {
                            @Override
                            public void handleMessage(String message) {
                                close(itself, returned);
                            }
                        });
        itself.complete(client);
        MockConnection connection = rig.connected(client);
        connection.sendText("enough");
        assertReturns(returned, client, connection);
    }

    @Test
    void closeReturnsAtOnceInAProtocolFunction() throws Exception {
        var itself = new CompletableFuture<WsClient<String>>();
        var returned = new CompletableFuture<Void>();
        var client =
                unansweredWhenClosing(
                        new Rig.Echo() {
                            @Override
                            public WsParseOutcome<String> parse(WsFrame frame) {
                                close(itself, returned);
                                return super.parse(frame);
                            }
                        });
        itself.complete(client);
        MockConnection connection = rig.connected(client);
        connection.sendText("enough");
        assertReturns(returned, client, connection);
    }

    @Test
    void closeReturnsAtOnceInACallbackOfAFuture() throws Exception {
        var returned = new CompletableFuture<Void>();
        var client = unansweredWhenClosing(new Rig.Echo());
        var ready =
                client.awaitReady(PATIENCE)
                        .thenRun(client::close)
                        .thenRun(() -> returned.complete(null));
        MockConnection connection = rig.connected(client);
        assertReturns(returned, client, connection);
        got(ready);
    }

    @Test
    void closeReturnsAtOnceInAConsumer() throws Exception {
        ExecutorService consumers = Rig.daemons("consumers", 1);
        var returned = new CompletableFuture<Void>();
        var client = unansweredWhenClosing(new Rig.Echo());
        client.onMessage(
                consumers,
                text -> {
                    client.close();
                    returned.complete(null);
                });
        MockConnection connection = rig.connected(client);
        connection.sendText("enough");
        assertReturns(returned, client, connection);
        consumers.shutdown();
    }

    @Test
    void closeReturnsAtOnceInASubscriber() throws Exception {
        var returned = new CompletableFuture<Void>();
        var client = unansweredWhenClosing(new Rig.Echo());
        client.lifecycle()
                .subscribe(
                        new Flow.Subscriber<>() {
                            @Override
                            public void onSubscribe(Flow.Subscription subscription) {
                                subscription.request(Long.MAX_VALUE);
                            }

                            @Override
                            public void onNext(WsLifecycleEvent event) {
                                if (event instanceof WsLifecycleEvent.Ready) {
                                    client.close();
                                    returned.complete(null);
                                }
                            }

                            @Override
                            public void onError(Throwable failure) {
                                returned.completeExceptionally(failure);
                            }

                            @Override
                            public void onComplete() {}
                        });
        client.connect();
        assertReturns(returned, client, got(rig.server.acceptConnectionAsync()));
    }
}
