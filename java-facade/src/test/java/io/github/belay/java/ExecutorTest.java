package io.github.belay.java;

import static io.github.belay.java.Rig.PATIENCE;
import static io.github.belay.java.Rig.assertReceives;
import static io.github.belay.java.Rig.failure;
import static io.github.belay.java.Rig.got;
import static io.github.belay.java.Rig.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.WebSocketClosedException;
import io.github.belay.testing.MockConnection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Whose threads run what. */
class ExecutorTest {
    private final Rig rig = new Rig();
    private final ExecutorService callbacks = Rig.daemons("callbacks", 2);
    private final ExecutorService consumers = Rig.daemons("consumers", 1);
    private final CompletableFuture<String> handlerThread = new CompletableFuture<>();
    private final WsClient<String> client =
            rig.client(
                            new Rig.Echo() {
                                @Override
                                public void handleMessage(String message) {
                                    handlerThread.complete(threadName(message));
                                }
                            })
                    .executor(callbacks)
                    .build();

    @AfterEach
    void closeAll() {
        client.close();
        callbacks.shutdown();
        consumers.shutdown();
        rig.close();
    }

    /** Without what the coroutines' debug mode, on in tests, adds. */
    private static String threadName(Object ignored) {
        return Thread.currentThread().getName().replaceFirst(" @.*", "");
    }

    @Test
    void futuresAreCompletedOnTheExecutor() throws Exception {
        CompletableFuture<String> ready =
                client.awaitReady(PATIENCE).thenApply(ExecutorTest::threadName);
        CompletableFuture<String> told =
                client.tell(message("hi")).thenApply(ExecutorTest::threadName);
        CompletableFuture<String> second =
                client.awaitReady(PATIENCE)
                        .thenCompose(first -> client.awaitReady(PATIENCE))
                        .thenApply(ExecutorTest::threadName);
        rig.connected(client);
        assertEquals("callbacks", got(ready));
        assertEquals("callbacks", got(told));
        assertEquals("callbacks", got(second));
    }

    @Test
    void aCallbackMayWaitForAFutureThatIsCompletedWithItWhereAThreadIsFree() throws Exception {
        // They wait for the link, and leave together.
        var others = new ArrayList<CompletableFuture<Void>>();
        CompletableFuture<Integer> waiting =
                client.tell(message("first"))
                        .thenApply(
                                done -> {
                                    others.forEach(CompletableFuture::join);
                                    return others.size();
                                });
        for (int count = 0; count < 100; count++) others.add(client.tell(message("other")));
        rig.connected(client);
        assertEquals(100, got(waiting));
    }

    @Test
    void oneThreadCompletesFuturesInOrder() throws Exception {
        var order = new ArrayBlockingQueue<Integer>(1000);
        WsClient<String> single = rig.client().executor(consumers).build();
        rig.connected(single);
        for (int count = 0; count < 1000; count++) {
            int number = count;
            single.tell(message("numbered")).thenRun(() -> order.add(number));
        }
        for (int count = 0; count < 1000; count++) {
            assertEquals(count, order.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        }
        single.close();
    }

    @Test
    void anExecutorThatRunsTasksAtOnceGetsNoDeeperStack() throws Exception {
        WsClient<String> direct = rig.client().executor(Runnable::run).build();
        rig.connected(direct);
        var depths = new ArrayBlockingQueue<Integer>(1000);
        var told = new ArrayList<CompletableFuture<Void>>();
        for (int count = 0; count < 1000; count++) {
            told.add(
                    direct.tell(message("deep"))
                            .thenRun(() -> depths.add(new Throwable().getStackTrace().length)));
        }
        for (CompletableFuture<Void> each : told) got(each);
        int shallowest = depths.stream().min(Integer::compare).orElseThrow();
        int deepest = depths.stream().max(Integer::compare).orElseThrow();
        assertTrue(deepest - shallowest < 100, "from " + shallowest + " to " + deepest);
        direct.close();
    }

    @Test
    void handleMessageRunsOnTheExecutor() throws Exception {
        rig.connected(client).sendText("hi");
        assertEquals("callbacks", got(handlerThread));
    }

    @Test
    void publishersSignalOnTheExecutorEvenWhatWasKeptForThem() throws Exception {
        rig.connected(client).sendText("kept");
        got(handlerThread);
        CompletableFuture<String> onNext = new CompletableFuture<>();
        CompletableFuture<String> onComplete = new CompletableFuture<>();
        var subscriber =
                new Flow.Subscriber<String>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(Long.MAX_VALUE);
                    }

                    @Override
                    public void onNext(String message) {
                        onNext.complete(threadName(message));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        onNext.completeExceptionally(failure);
                    }

                    @Override
                    public void onComplete() {
                        onComplete.complete(threadName(this));
                    }
                };
        client.messages().subscribe(subscriber);
        assertEquals("callbacks", got(onNext));
        client.close();
        assertEquals("callbacks", got(onComplete));
    }

    @Test
    void consumersRunOnTheirOwnExecutorInOrder() throws Exception {
        BlockingQueue<String> seen = new ArrayBlockingQueue<>(16);
        client.onMessage(consumers, text -> seen.add(threadName(text) + ": " + text));
        MockConnection connection = rig.connected(client);
        connection.sendText("one");
        connection.sendText("two");
        assertEquals("consumers: one", seen.poll(20, TimeUnit.SECONDS));
        assertEquals("consumers: two", seen.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void aConsumerThatThrowsGetsTheNextMessage() throws Exception {
        BlockingQueue<String> seen = new ArrayBlockingQueue<>(16);
        client.onMessage(
                consumers,
                text -> {
                    seen.add(text);
                    // A cancelled future of the consumer's own, for instance.
                    throw new java.util.concurrent.CancellationException(text);
                });
        MockConnection connection = rig.connected(client);
        connection.sendText("one");
        connection.sendText("two");
        assertEquals("one", seen.poll(20, TimeUnit.SECONDS));
        assertEquals("two", seen.poll(20, TimeUnit.SECONDS));
    }

    @Test
    @ResourceLock(Resources.SYSTEM_ERR)
    void theLogHearsOfAConsumerThatThrowsByTypeAndNotWhatItSays() throws Exception {
        BlockingQueue<String> seen = new ArrayBlockingQueue<>(16);
        WsClient<String> quoting = rig.client().name("quoting").build();
        quoting.onMessage(
                consumers,
                text -> {
                    seen.add(text);
                    throw new IllegalStateException("cannot parse " + text);
                });
        var said = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            MockConnection connection = rig.connected(quoting);
            connection.sendText("secret one");
            connection.sendText("secret two");
            assertEquals("secret one", seen.poll(20, TimeUnit.SECONDS));
            assertEquals("secret two", seen.poll(20, TimeUnit.SECONDS));
            quoting.close();
        } finally {
            System.setErr(before);
        }
        assertTrue(
                said.toString(UTF_8).contains("consumer of quoting threw IllegalStateException"));
        assertFalse(said.toString(UTF_8).contains("secret"));
    }

    @Test
    void aConsumerThatWasTakenBackGetsNothingMore() throws Exception {
        BlockingQueue<String> seen = new ArrayBlockingQueue<>(16);
        BlockingQueue<String> others = new ArrayBlockingQueue<>(16);
        WsRegistration registration = client.onMessage(consumers, seen::add);
        client.onMessage(consumers, others::add);
        MockConnection connection = rig.connected(client);
        connection.sendText("one");
        assertEquals("one", seen.poll(20, TimeUnit.SECONDS));
        registration.close();
        connection.sendText("two");
        assertEquals("one", others.poll(20, TimeUnit.SECONDS));
        assertEquals("two", others.poll(20, TimeUnit.SECONDS));
        assertEquals(0, seen.size());
    }

    @Test
    void aBlockedConsumerDoesNotHoldUpTheConnection() throws Exception {
        var isBusy = new CountDownLatch(1);
        var mayGoOn = new CountDownLatch(1);
        client.onMessage(
                consumers,
                text -> {
                    isBusy.countDown();
                    assertFalse(mayGoOn.getCount() == 0);
                    try {
                        mayGoOn.await();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                });
        MockConnection connection = rig.connected(client);
        connection.sendText("slow");
        isBusy.await();
        got(client.tell(message("still here")));
        assertReceives("still here", connection);
        mayGoOn.countDown();
    }

    @Test
    void anExecutorThatWasShutDownLeavesNobodyWaiting() throws Exception {
        CompletableFuture<Void> ready = client.awaitReady(PATIENCE);
        callbacks.shutdown();
        rig.connected(client).sendText("hi");
        got(ready);
        got(handlerThread);
        client.close();
        failure(WebSocketClosedException.class, client.connect());
    }
}
