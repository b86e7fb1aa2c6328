package io.github.belay.java;

import io.github.belay.WebSocketClosedException;
import io.github.belay.WebSocketException;
import io.github.belay.endpoint.RawFrames;
import io.github.belay.frame.CloseCode;
import io.github.belay.frame.WsCloseFrame;
import io.github.belay.frame.WsFrame;
import io.github.belay.java.internal.ClientBridge;
import io.github.belay.java.internal.EndpointAdapter;
import io.github.belay.lifecycle.WebSocketEvent;
import io.github.belay.lifecycle.WsConnectionStatus;
import io.github.belay.lifecycle.WsLifecycleEvent;
import io.github.belay.observe.WsConnectionStats;
import io.github.belay.observe.WsHealth;
import io.github.belay.request.WsDelegatedOk;
import io.github.belay.request.WsDelegatedRequest;
import io.github.belay.transport.WsTransport;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One WebSocket connection that does not let go: it opens, keeps itself alive, and comes back by
 * itself until it is told not to. Building it does not connect. Whoever builds a client closes it.
 *
 * <p>Every method is safe from any thread. What one thread tells and asks is taken in the order of
 * its calls.
 *
 * <p><b>Futures.</b> A future ends for the reasons given with its method; cancelling it, or
 * completing it from outside, ends that wait and nothing else. No method but {@link #close()}
 * blocks, and none throws anything but {@link NullPointerException} and {@link
 * IllegalArgumentException} for arguments that are not allowed: all else comes through the future.
 *
 * <p><b>Threads.</b> Futures are completed, publishers signal and {@link WsEndpoint#handleMessage}
 * runs on the executor of {@link WsClientBuilder#executor}, so your callbacks may take their time
 * and hold up nothing but each other. A callback that waits for a future of this client needs a
 * second thread there to complete it.
 *
 * @param <M> what the endpoint makes of messages; {@link WsFrame} without an endpoint
 */
public final class WsClient<M> implements AutoCloseable {
    private final ClientBridge<M> bridge;
    private final WsSubscriptions subscriptions;

    WsClient(ClientBridge<M> bridge) {
        this.bridge = bridge;
        this.subscriptions = new WsSubscriptions(bridge);
    }

    /**
     * Describes a connection whose messages an endpoint understands.
     *
     * @param <M> what the endpoint makes of messages
     * @param transport opens the links; stays the caller's to close
     * @param endpoint the protocol; serves this one connection
     * @return a builder with all defaults
     */
    public static <M> WsClientBuilder<M> builder(WsTransport transport, WsEndpoint<M> endpoint) {
        return new WsClientBuilder<>(
                Objects.requireNonNull(transport, "transport"),
                new EndpointAdapter<>(Objects.requireNonNull(endpoint, "endpoint")));
    }

    /**
     * Describes a connection that yields frames as they are.
     *
     * @param transport opens the links; stays the caller's to close
     * @return a builder with all defaults
     */
    public static WsClientBuilder<WsFrame> builder(WsTransport transport) {
        return new WsClientBuilder<>(
                Objects.requireNonNull(transport, "transport"), new RawFrames());
    }

    /**
     * Connects.
     *
     * @return done when the connection is ready, at once while it is. Fails with {@link
     *     WebSocketException} and the cause when the connection gives up or is told to disconnect,
     *     and without one when 1024 commands wait already; with {@link WebSocketClosedException}
     *     when it is closed. As long as it goes on trying this goes on waiting; {@link
     *     CompletableFuture#orTimeout} bounds it.
     */
    public CompletableFuture<Void> connect() {
        return bridge.connect();
    }

    /**
     * Waits for the connection to be ready; works before {@link #connect} was called, and does not
     * connect by itself.
     *
     * @param timeout limit of the wait
     * @return done when the connection is ready. Fails with {@link TimeoutException} when the time
     *     is up, with {@link WebSocketClosedException} when the connection is closed, with {@link
     *     WebSocketException} when 1024 commands wait already.
     */
    public CompletableFuture<Void> awaitReady(Duration timeout) {
        return bridge.awaitReady(Objects.requireNonNull(timeout, "timeout"));
    }

    /**
     * Tells the connection something: to send a message, to connect, to disconnect. A message waits
     * in the bounded queue while there is no link, and survives lost links there.
     *
     * @param event what to tell; ignoring the future is fine
     * @return done when the event has had its effect: for a message, when it was handed to the
     *     buffers between the transport and the socket, which says nothing about the peer. Fails
     *     with {@link WsTellException} and the outcome when it cannot, or not certainly, have it.
     *     Cancelling does not take the event back.
     */
    public CompletableFuture<Void> tell(WebSocketEvent event) {
        return bridge.tell(Objects.requireNonNull(event, "event"));
    }

    /**
     * {@link #tell} for who would rather wait than be refused: under {@link
     * io.github.belay.outbound.WsOverflow#BLOCK} it blocks the calling thread until the queue has
     * room, first come first served. Under every other strategy, and on a thread that works for
     * this client (see {@link #close}), which would wait for itself, it does not block.
     *
     * @param event what to send; ignoring the future is fine
     * @return as {@link #tell} does
     * @throws InterruptedException when the thread is interrupted while it waits; then nothing was
     *     taken
     */
    public CompletableFuture<Void> send(WebSocketEvent.Send event) throws InterruptedException {
        Objects.requireNonNull(event, "event");
        if (bridge.isOwnThread()) {
            return bridge.tell(event);
        }
        CompletableFuture<CompletableFuture<Void>> taken = bridge.send(event);
        try {
            return taken.get();
        } catch (InterruptedException interrupted) {
            taken.cancel(true);
            throw interrupted;
        } catch (ExecutionException failed) {
            throw new IllegalStateException("send failed", failed.getCause());
        } catch (CancellationException closed) {
            // The client was closed meanwhile, which tell knows how to say.
            return bridge.tell(event);
        }
    }

    /**
     * Sends a request and waits for its outcome, at most the request's own timeout.
     *
     * @param request what to ask
     * @return the affirmative answer. Every other outcome is a {@link WsDelegatedException}.
     *     Cancelling makes the connection forget the caller; what was sent stays sent.
     */
    public CompletableFuture<WsDelegatedOk> ask(WsDelegatedRequest request) {
        return bridge.ask(Objects.requireNonNull(request, "request"));
    }

    /**
     * {@link #disconnect(int, String)} with code 1000 and no reason.
     *
     * @return done when the link is down
     */
    public CompletableFuture<Void> disconnect() {
        return disconnect(CloseCode.NORMAL, "");
    }

    /**
     * Closes the link in order and stays down until the next {@link #connect}. Messages that were
     * not sent end as not delivered.
     *
     * @param code close code, as {@link WsCloseFrame#of} allows
     * @param reason at most {@value WsCloseFrame#MAX_REASON_BYTES} bytes of UTF-8
     * @return done when the link is down; also when the connection is closed already. Fails with
     *     {@link WsTellException} when too many commands wait
     * @throws IllegalArgumentException when code or reason are not allowed
     */
    public CompletableFuture<Void> disconnect(int code, String reason) {
        WsCloseFrame.of(code, Objects.requireNonNull(reason, "reason"));
        return bridge.disconnect(code, reason);
    }

    /**
     * What the endpoint made of the messages, in order. Hot: a subscriber gets everything from the
     * moment it subscribes, one message for each unit of demand. While nobody subscribes, the
     * newest {@link WsClientBuilder#inboundCapacity} messages are kept for the next subscriber;
     * older ones are dropped and counted. A subscriber without demand holds the peer back through
     * TCP. Completes after the client is closed; never fails.
     *
     * @return the publisher, always the same; any number of subscribers, each with all messages
     */
    public Flow.Publisher<M> messages() {
        return bridge.getMessages();
    }

    /**
     * Gives each message from now on to a consumer, and before them what was kept while nobody
     * received: in order, one at a time, on an executor. A slow consumer holds the peer back
     * through TCP. A message whose consumer throws an exception is skipped, and the exception
     * logged by its type; an error ends the registration. Ends after the client is closed.
     *
     * @param executor runs the consumer; stays the caller's to shut down, after the client. A task
     *     that it refuses runs on shared threads instead
     * @param consumer takes the messages
     * @return the way to stop; ignoring it is fine
     */
    public WsRegistration onMessage(Executor executor, Consumer<? super M> consumer) {
        return bridge.consume(
                Objects.requireNonNull(executor, "executor"),
                Objects.requireNonNull(consumer, "consumer"));
    }

    /**
     * How long ago data of a topic last arrived, on whichever link. A topic is what the endpoint
     * says it is; see {@link io.github.belay.endpoint.WsParseOutcome#data}.
     *
     * @param topic the topic
     * @return the age; empty if none arrived
     */
    public Optional<Duration> topicAge(String topic) {
        return Optional.ofNullable(bridge.topicAge(Objects.requireNonNull(topic, "topic")));
    }

    /**
     * Whether the connection can do its work at this moment, and why not. Costs no I/O, and never
     * waits.
     *
     * @return how it is
     */
    public WsHealth health() {
        return bridge.health();
    }

    /**
     * What happens to the connection, in order, from the moment of subscribing. A subscriber that
     * does not keep up loses the oldest events, which {@link
     * WsConnectionStats#getLifecycleEventsLost} counts. Completes after the client is closed; never
     * fails.
     *
     * @return the publisher, always the same
     */
    public Flow.Publisher<WsLifecycleEvent> lifecycle() {
        return bridge.getLifecycle();
    }

    /**
     * Where the connection stands.
     *
     * @return the status at this moment
     */
    public WsConnectionStatus status() {
        return bridge.getStatus();
    }

    /**
     * Where the connection stands, and then each change. A subscriber that does not keep up gets
     * the newest status and misses those between. Completes after {@link
     * WsConnectionStatus#CLOSED}; never fails.
     *
     * @return the publisher, always the same
     */
    public Flow.Publisher<WsConnectionStatus> statuses() {
        return bridge.getStatuses();
    }

    /**
     * What the connection is to be subscribed to, on this link and all that come.
     *
     * @return the desired set, always the same
     */
    public WsSubscriptions subscriptions() {
        return subscriptions;
    }

    /**
     * All counters in one snapshot.
     *
     * @return the counters at this moment
     */
    public WsConnectionStats stats() {
        return bridge.stats();
    }

    /**
     * Closes for good, with code 1000, and waits until nothing of the connection is left: at most
     * four times {@link WsClientBuilder#closeTimeout}. Idempotent.
     *
     * <p>Two callers are not made to wait, and closing goes on without them: a thread that is
     * interrupted, before or meanwhile, whose interrupt flag stays set; and a thread that works for
     * this client, which would wait for itself. That is one that runs a function of the endpoint, a
     * callback on {@link WsClientBuilder#executor} or a consumer of {@link #onMessage}. Callbacks
     * that were moved to threads of their own are not recognised.
     */
    @Override
    public void close() {
        CompletableFuture<Void> closed = bridge.closeToWaitFor();
        if (bridge.isOwnThread()) {
            return;
        }
        try {
            closed.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("close failed", failed.getCause());
        }
    }

    /**
     * {@link #closeAsync(int, String)} with code 1000 and no reason.
     *
     * @return done when nothing of the connection is left
     */
    public CompletableFuture<Void> closeAsync() {
        return closeAsync(CloseCode.NORMAL, "");
    }

    /**
     * Closes for good: sends a Close frame, waits at most {@link WsClientBuilder#closeTimeout} for
     * the peer's, and lets everything go. Whoever still waits for something is told, and publishers
     * complete. Idempotent.
     *
     * @param code close code, as {@link WsCloseFrame#of} allows
     * @param reason at most {@value WsCloseFrame#MAX_REASON_BYTES} bytes of UTF-8
     * @return done when nothing of the connection is left, at most four times the close timeout
     *     from now; cancelling it does not stop the closing
     * @throws IllegalArgumentException when code or reason are not allowed
     */
    public CompletableFuture<Void> closeAsync(int code, String reason) {
        return closeAsync(code, reason, Duration.ZERO);
    }

    /**
     * {@link #closeAsync(int, String)} that first takes no more messages and requests, and lets
     * those that wait leave.
     *
     * @param code close code, as {@link WsCloseFrame#of} allows
     * @param reason at most {@value WsCloseFrame#MAX_REASON_BYTES} bytes of UTF-8
     * @param drain for how long at most; what has not left by then ends as not delivered
     * @return done when nothing of the connection is left; cancelling it does not stop the closing
     * @throws IllegalArgumentException when code or reason are not allowed, or drain is negative
     */
    public CompletableFuture<Void> closeAsync(int code, String reason, Duration drain) {
        WsCloseFrame.of(code, Objects.requireNonNull(reason, "reason"));
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain must be >= 0 but was " + drain);
        }
        return bridge.close(code, reason, drain);
    }

    /**
     * Ends for good at once, without a Close frame. Also hurries a closing under way.
     *
     * @return done when nothing of the connection is left, at most four times the close timeout
     *     from now
     */
    public CompletableFuture<Void> abort() {
        return bridge.abort();
    }
}
