package io.github.belay.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Asks for what the test says, and keeps what comes. */
class TestSubscriber<T> implements Flow.Subscriber<T> {
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final BlockingQueue<T> elements = new LinkedBlockingQueue<>(100_000);
    final CompletableFuture<Void> end = new CompletableFuture<>();

    static <T> TestSubscriber<T> of(Flow.Publisher<T> publisher) {
        TestSubscriber<T> subscriber = new TestSubscriber<>();
        publisher.subscribe(subscriber);
        return subscriber;
    }

    /** With demand for everything. */
    static <T> TestSubscriber<T> unbounded(Flow.Publisher<T> publisher) {
        return of(publisher).request(Long.MAX_VALUE);
    }

    TestSubscriber<T> request(long count) {
        subscription.join().request(count);
        return this;
    }

    void cancel() {
        subscription.join().cancel();
    }

    T next() throws InterruptedException {
        T element = elements.poll(Rig.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertNotNull(element, "nothing came");
        return element;
    }

    void assertNothing() throws InterruptedException {
        assertNull(elements.poll(50, TimeUnit.MILLISECONDS));
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription.complete(subscription);
    }

    @Override
    public void onNext(T element) {
        assertEquals(true, elements.offer(element));
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        end.complete(null);
    }
}
