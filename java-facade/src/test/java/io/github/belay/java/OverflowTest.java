package io.github.belay.java;

import static io.github.belay.java.Rig.assertPending;
import static io.github.belay.java.Rig.assertReceives;
import static io.github.belay.java.Rig.failure;
import static io.github.belay.java.Rig.got;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.belay.frame.WsFrame;
import io.github.belay.lifecycle.WebSocketEvent;
import io.github.belay.outbound.TellOutcome;
import io.github.belay.outbound.WsOfflinePolicy;
import io.github.belay.outbound.WsOverflow;
import io.github.belay.testing.MockConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of messages for which the outbound queue has no room, no time or no link. */
class OverflowTest {
    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    private static WebSocketEvent.SendMessage message(String text) {
        return new WebSocketEvent.SendMessage(WsFrame.text(text));
    }

    private static TellOutcome outcomeOf(CompletableFuture<Void> told) {
        return failure(WsTellException.class, told).outcome();
    }

    private WsClient<String> client(WsOverflow overflow) {
        return rig.client().outboundCapacity(1).overflow(overflow).build();
    }

    @Test
    void underBlockTheThreadWaitsForRoom() throws Exception {
        try (var client = client(WsOverflow.BLOCK)) {
            var first = client.send(message("first"));
            var isSending = new CountDownLatch(1);
            var second =
                    CompletableFuture.supplyAsync(
                            () -> {
                                isSending.countDown();
                                try {
                                    return client.send(message("second"));
                                } catch (InterruptedException interrupted) {
                                    throw new IllegalStateException(interrupted);
                                }
                            });
            isSending.await();
            assertPending(second);
            assertInstanceOf(
                    TellOutcome.QueueFull.class, outcomeOf(client.tell(message("never waits"))));
            MockConnection connection = rig.connected(client);
            assertReceives("first", connection);
            assertReceives("second", connection);
            got(first);
            got(got(second));
        }
    }

    @Test
    void anInterruptedSenderHasSentNothing() throws Exception {
        try (var client = client(WsOverflow.BLOCK)) {
            client.send(message("first"));
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> client.send(message("second")));
            assertEquals(1, client.stats().getQueuedFrames());
        }
    }

    @Test
    void whoSendsAfterTheCloseIsTold() throws Exception {
        var client = client(WsOverflow.BLOCK);
        got(client.closeAsync());
        assertEquals(TellOutcome.Closed.INSTANCE, outcomeOf(client.send(message("too late"))));
    }

    @Test
    void theOldestMakesRoom() throws Exception {
        try (var client = client(WsOverflow.DROP_OLDEST)) {
            var first = client.tell(message("first"));
            var second = client.send(message("second"));
            assertInstanceOf(TellOutcome.Dropped.class, outcomeOf(first));
            assertReceives("second", rig.connected(client));
            got(second);
            assertEquals(1, client.stats().getQueueDropped());
        }
    }

    @Test
    void theNewestIsDropped() throws Exception {
        try (var client = client(WsOverflow.DROP_NEWEST)) {
            var first = client.tell(message("first"));
            assertInstanceOf(TellOutcome.Dropped.class, outcomeOf(client.tell(message("second"))));
            assertReceives("first", rig.connected(client));
            got(first);
        }
    }

    @Test
    void aBatchIsTakenWholeOrNotAtAll() throws Exception {
        try (var client = rig.client().outboundCapacity(3).queueWarnRatio(0.5).build()) {
            var frames = List.of(WsFrame.text("a"), WsFrame.text("b"));
            var batch = client.tell(WebSocketEvent.sendBatch(frames));
            assertInstanceOf(
                    TellOutcome.QueueFull.class,
                    outcomeOf(client.tell(WebSocketEvent.sendBatch(frames))));
            assertEquals(1, client.stats().getQueueWarnings());
            MockConnection connection = rig.connected(client);
            assertReceives("a", connection);
            assertReceives("b", connection);
            got(batch);
        }
    }

    @Test
    void withoutALinkMessagesAreRefusedIfThatIsThePolicy() {
        try (var client = rig.client().offline(WsOfflinePolicy.REFUSE).build()) {
            assertInstanceOf(
                    TellOutcome.NotDelivered.class, outcomeOf(client.tell(message("too early"))));
        }
    }

    @Test
    void whatMayWaitForAMomentIsNotSentLater() throws Exception {
        try (var client = rig.client().build()) {
            var told = client.tell(WebSocketEvent.sendMessage(WsFrame.text("short"), 1));
            assertInstanceOf(TellOutcome.NotDelivered.class, outcomeOf(told));
            got(client.tell(WebSocketEvent.connect()));
            assertReceives("later", connectedWith(client, "later"));
        }
    }

    private MockConnection connectedWith(WsClient<String> client, String text) throws Exception {
        MockConnection connection = rig.connected(client);
        client.tell(message(text));
        return connection;
    }

    @Test
    void aDrainingCloseWritesWhatWaits() throws Exception {
        var client = rig.client().build();
        MockConnection connection = rig.connected(client);
        connection.stallWrites();
        var told = List.of(client.tell(message("1")), client.tell(message("2")));
        var closed = client.closeAsync(1000, "", Duration.ofMinutes(1));
        assertPending(closed);
        connection.resumeWrites();
        assertReceives("1", connection);
        assertReceives("2", connection);
        got(closed);
        for (var one : told) got(one);
    }

    @Test
    void aDrainIsNotNegative() {
        try (var client = rig.client().build()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> client.closeAsync(1000, "", Duration.ofMillis(-1)));
        }
    }
}
