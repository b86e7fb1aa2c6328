package io.github.belay.java;

import io.github.belay.continuity.WsContinuityEvent;
import io.github.belay.continuity.WsSequences;
import io.github.belay.endpoint.WsEndpointHandler;
import io.github.belay.endpoint.WsParseOutcome;
import io.github.belay.endpoint.WsServerErrorAction;
import io.github.belay.endpoint.WsSessionMode;
import io.github.belay.endpoint.WsTimestampSink;
import io.github.belay.frame.WsFrame;
import io.github.belay.lifecycle.WsDisconnectAction;
import io.github.belay.lifecycle.WsDisconnectCause;
import io.github.belay.request.WsRequestMatch;
import io.github.belay.subscription.NoSubscriptions;
import io.github.belay.subscription.WsSubscriptionSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The protocol that is spoken over a connection. Everything but {@link #parse} has a default;
 * override what the protocol needs.
 *
 * <p>The protocol functions run on the connection's own turn, one at a time and in the order of the
 * frames; they are quick and never block. {@link #handleMessage} is the exception: it may block,
 * and runs on the client's executor behind a bounded buffer. What any of them throws is counted and
 * reported, and never ends the connection's owner.
 *
 * @param <M> what the endpoint makes of messages
 */
public interface WsEndpoint<M> {
    /**
     * When subscriptions are replayed.
     *
     * @return the mode; by default {@link WsSessionMode#PUBLIC}
     */
    default WsSessionMode sessionMode() {
        return WsSessionMode.PUBLIC;
    }

    /**
     * What to subscribe to, and how: {@link Subscriptions#keyed keys}, or a {@link
     * io.github.belay.subscription.WsSubscriptionManager} of your own. Read once, when the client
     * is built.
     *
     * @return the subscriptions; by default none
     */
    default WsSubscriptionSet subscriptions() {
        return NoSubscriptions.INSTANCE;
    }

    /** A link opened; the first call for each link. */
    default void onOpen() {}

    /**
     * A link opened.
     *
     * @param isReconnect false for the first link only
     * @return a message to deliver; null, the default, for none
     */
    default @Nullable M onConnectionOpened(boolean isReconnect) {
        return null;
    }

    /**
     * The first message on each link. The call returns at once; what takes time belongs into the
     * stage, which may be completed on any thread. The connect timeout bounds it; when it is over
     * the stage is cancelled, if it is a future. What is thrown, here or by the stage, ends the
     * link.
     *
     * @return the message; a stage of null, the default, for none
     */
    default CompletionStage<@Nullable WsFrame> generateAuth() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * What a text or binary message means. What it throws skips this one message; see {@link
     * WsClientBuilder#messageErrors}.
     *
     * @param frame the message
     * @return its meaning
     */
    WsParseOutcome<M> parse(WsFrame frame);

    /**
     * A cheap look: could the frame answer a request? {@link #matchRequestResponse} is called only
     * then.
     *
     * @param frame a text or binary message
     * @return false by default
     */
    default boolean maybeRequestResponse(WsFrame frame) {
        return false;
    }

    /**
     * Which request a frame answers. The frame is parsed all the same.
     *
     * @param frame a text or binary message
     * @return the match; null, the default, for none
     */
    default @Nullable WsRequestMatch matchRequestResponse(WsFrame frame) {
        return null;
    }

    /**
     * How messages are numbered, so that what is missing is found. Asked once, when the client is
     * built.
     *
     * @return the numbering; null, the default, when there is none
     */
    default @Nullable WsSequences<M> sequences() {
        return null;
    }

    /**
     * Messages of a topic are missing, or come again.
     *
     * @param event what befell the topic
     * @return a message to deliver, in its place among the others; null, the default, for none
     */
    default @Nullable M onContinuity(WsContinuityEvent event) {
        return null;
    }

    /**
     * What the server's error means.
     *
     * @param error what {@link #parse} made of it
     * @return what to do; by default to go on
     */
    default WsServerErrorAction handleServerError(WsParseOutcome.ServerError error) {
        return WsServerErrorAction.CONTINUE;
    }

    /**
     * Receives each message, in order, one at a time, on the client's executor. It may block; while
     * it does, messages wait in the bounded buffer, and then the peer waits. When closing takes
     * longer than the close timeout because of it, its thread is interrupted. What it throws costs
     * this one message; see {@link WsClientBuilder#messageErrors}. With {@link
     * WsClientBuilder#inlineDelivery} it runs on the connection's own turn and must not block.
     *
     * @param message the message
     */
    default void handleMessage(M message) {}

    /**
     * Tells the sink which times are in a message that was parsed for the user. Called for one
     * message in each {@link WsClientBuilder#payloadLagInterval}, and never without that. What the
     * ingress emits is not sampled.
     *
     * @param frame the message
     * @param sink takes the times
     */
    default void samplePayloadTimestamps(WsFrame frame, WsTimestampSink sink) {}

    /**
     * A link ended.
     *
     * @param cause why
     * @param willReconnect true if another attempt is due
     * @return a message to deliver; null, the default, for none
     */
    default @Nullable M onConnectionDisconnected(WsDisconnectCause cause, boolean willReconnect) {
        return null;
    }

    /**
     * Whether and how to come back; asked once for each end of a link or failed attempt that the
     * user did not ask for.
     *
     * @param cause why the link ended
     * @return what to do; by default that of {@link WsEndpointHandler#defaultAction}
     */
    default WsDisconnectAction classifyDisconnect(WsDisconnectCause cause) {
        return WsEndpointHandler.defaultAction(cause);
    }
}
