package io.github.belay.java;

import static io.github.belay.java.Rig.failure;
import static io.github.belay.java.Rig.got;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.lifecycle.WsConnectionStatus;
import io.github.belay.lifecycle.WsDisconnectCause;
import io.github.belay.lifecycle.WsLifecycleEvent;
import io.github.belay.testing.MockConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublishersTest {
    private final Rig rig = new Rig();
    private final WsClient<String> client = rig.client().inboundCapacity(4).build();

    @AfterEach
    void closeAll() {
        client.close();
        rig.close();
    }

    @Test
    void messagesComeOneForEachUnitOfDemand() throws Exception {
        var subscriber = TestSubscriber.of(client.messages());
        MockConnection connection = rig.connected(client);
        for (int i = 0; i < 3; i++) {
            connection.sendText("message " + i);
        }
        subscriber.assertNothing();
        for (int i = 0; i < 3; i++) {
            subscriber.request(1);
            assertEquals("message " + i, subscriber.next());
            subscriber.assertNothing();
        }
    }

    @Test
    void aSubscriptionBeginsBeforeItHasDemand() throws Exception {
        MockConnection connection = rig.connected(client);
        var first = TestSubscriber.of(client.messages());
        var second = TestSubscriber.of(client.messages());
        connection.sendText("for both");
        assertEquals("for both", first.request(1).next());
        assertEquals("for both", second.request(1).next());
    }

    @Test
    void nothingIsSignalledBeforeOnSubscribeReturned() throws Exception {
        MockConnection connection = rig.connected(client);
        connection.sendText("kept");
        var early = new CompletableFuture<Boolean>();
        var signalled = new CountDownLatch(1);
        var subscriber =
                new TestSubscriber<String>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        super.onSubscribe(subscription);
                        subscription.request(1);
                        try {
                            early.complete(signalled.await(50, TimeUnit.MILLISECONDS));
                        } catch (InterruptedException interrupted) {
                            early.completeExceptionally(interrupted);
                        }
                    }

                    @Override
                    public void onNext(String message) {
                        signalled.countDown();
                        super.onNext(message);
                    }
                };
        client.messages().subscribe(subscriber);
        assertFalse(got(early));
        assertEquals("kept", subscriber.next());
    }

    @Test
    void demandThatIsNotPositiveEndsTheSubscription() throws Exception {
        var subscriber = TestSubscriber.of(client.messages()).request(0);
        failure(IllegalArgumentException.class, subscriber.end);
    }

    @Test
    void anEndNeedsNoDemand() throws Exception {
        var subscriber = TestSubscriber.of(client.messages());
        client.close();
        got(subscriber.end);
    }

    @Test
    void aSubscriberThatThrowsIsToldAndLeavesTheOthers() throws Exception {
        MockConnection connection = rig.connected(client);
        var clumsy =
                new TestSubscriber<String>() {
                    @Override
                    public void onNext(String message) {
                        throw new IllegalStateException(message);
                    }
                };
        client.messages().subscribe(clumsy);
        var other = TestSubscriber.unbounded(client.messages());
        clumsy.request(1);
        connection.sendText("one");
        assertEquals("one", failure(IllegalStateException.class, clumsy.end).getMessage());
        connection.sendText("two");
        assertEquals("one", other.next());
        assertEquals("two", other.next());
    }

    @Test
    void everySubscriberGetsEveryMessage() throws Exception {
        MockConnection connection = rig.connected(client);
        var one = TestSubscriber.unbounded(client.messages());
        connection.sendText("first");
        assertEquals("first", one.next());
        var other = TestSubscriber.unbounded(client.messages());
        connection.sendText("second");
        assertEquals("second", one.next());
        assertEquals("second", other.next());
    }

    @Test
    void aSubscriberWithoutDemandHoldsThePeerBack() throws Exception {
        MockConnection connection = rig.connected(client);
        var subscriber = TestSubscriber.of(client.messages()).request(1);
        connection.sendText("message 0");
        assertEquals("message 0", subscriber.next());
        int sent = 1;
        while (connection.isReading()) {
            connection.sendText("message " + sent++);
            Thread.yield();
        }
        subscriber.request(Long.MAX_VALUE);
        for (int i = 1; i < sent; i++) {
            assertEquals("message " + i, subscriber.next());
        }
        connection.sendText("and on");
        assertEquals("and on", subscriber.next());
    }

    @Test
    void aCancelledSubscriptionGetsNothingMore() throws Exception {
        MockConnection connection = rig.connected(client);
        var subscriber = TestSubscriber.unbounded(client.messages());
        connection.sendText("first");
        assertEquals("first", subscriber.next());
        subscriber.cancel();
        var other = TestSubscriber.unbounded(client.messages());
        connection.sendText("second");
        assertEquals("second", other.next());
        subscriber.assertNothing();
        assertFalse(subscriber.end.isDone());
    }

    @Test
    void lifecycleTellsWhatHappenedInOrder() throws Exception {
        var events = TestSubscriber.unbounded(client.lifecycle());
        MockConnection connection = rig.connected(client);
        assertInstanceOf(WsLifecycleEvent.Connecting.class, events.next());
        assertInstanceOf(WsLifecycleEvent.Opened.class, events.next());
        assertInstanceOf(WsLifecycleEvent.Ready.class, events.next());
        connection.close(1001, "restart");
        var lost = assertInstanceOf(WsLifecycleEvent.Disconnected.class, events.next());
        var cause = assertInstanceOf(WsDisconnectCause.RemoteClosed.class, lost.getCause());
        assertEquals(1001, cause.getCode());
        assertTrue(lost.getRetryInMillis() > 0);
    }

    @Test
    void statusesBeginWithTheStatusAtHand() throws Exception {
        rig.connected(client);
        assertEquals(
                WsConnectionStatus.CONNECTED, TestSubscriber.unbounded(client.statuses()).next());
    }

    @Test
    void allPublishersCompleteWhenTheClientIsClosed() throws Exception {
        rig.connected(client);
        var messages = TestSubscriber.unbounded(client.messages());
        var lifecycle = TestSubscriber.unbounded(client.lifecycle());
        var statuses = TestSubscriber.unbounded(client.statuses());
        assertEquals(WsConnectionStatus.CONNECTED, statuses.next());
        client.close();
        got(messages.end);
        got(lifecycle.end);
        got(statuses.end);
        got(TestSubscriber.unbounded(client.messages()).end);
        got(TestSubscriber.unbounded(client.lifecycle()).end);
        var late = TestSubscriber.unbounded(client.statuses());
        assertEquals(WsConnectionStatus.CLOSED, late.next());
        got(late.end);
    }

    @Test
    void thePublisherIsAlwaysTheSame() {
        assertSame(client.messages(), client.messages());
        assertSame(client.lifecycle(), client.lifecycle());
        assertSame(client.statuses(), client.statuses());
    }
}
