package io.github.belay.java;

import io.github.belay.java.internal.ClientBridge;
import io.github.belay.subscription.WsSubscriptionAction;
import io.github.belay.subscription.WsSubscriptionOutcome;
import io.github.belay.subscription.WsSubscriptionState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The desired set of one client.
 *
 * <p>Every method is safe from any thread and returns at once; the set has changed, for all links
 * to come, when the connection has taken the call, and calls of one thread are taken in order. The
 * futures, which may be ignored, have an outcome for each key that the call is about, and never
 * fail. They wait for no link: where none carries subscriptions, a key ends as {@link
 * WsSubscriptionOutcome.Stored}. Cancelling one takes nothing back.
 */
public final class WsSubscriptions {
    private final ClientBridge<?> bridge;

    WsSubscriptions(ClientBridge<?> bridge) {
        this.bridge = bridge;
    }

    /**
     * Wants keys too.
     *
     * @param keys none of them empty
     * @return an outcome for each key
     */
    public CompletableFuture<Map<String, WsSubscriptionOutcome>> add(String... keys) {
        return update(WsSubscriptionAction.add(List.of(keys)));
    }

    /**
     * Wants keys no more.
     *
     * @param keys none of them empty
     * @return an outcome for each key
     */
    public CompletableFuture<Map<String, WsSubscriptionOutcome>> remove(String... keys) {
        return update(WsSubscriptionAction.remove(List.of(keys)));
    }

    /**
     * Wants these keys and no others; only the difference is sent.
     *
     * @param keys none of them empty
     * @return an outcome for each key, those that go among them
     */
    public CompletableFuture<Map<String, WsSubscriptionOutcome>> replace(Collection<String> keys) {
        return update(WsSubscriptionAction.replace(List.copyOf(keys)));
    }

    /**
     * Wants nothing.
     *
     * @return an outcome for each key that goes
     */
    public CompletableFuture<Map<String, WsSubscriptionOutcome>> clear() {
        return update(WsSubscriptionAction.clear());
    }

    /**
     * Any of these.
     *
     * @param action the change
     * @return an outcome for each key
     */
    public CompletableFuture<Map<String, WsSubscriptionOutcome>> update(
            WsSubscriptionAction action) {
        return bridge.updateSubscriptions(action);
    }

    /**
     * Holds keys beside all others who hold them: the first holder subscribes, the last one to
     * close unsubscribes. The other methods are one holder together, so that {@link #clear} takes
     * nothing away from anybody else.
     *
     * @param keys none of them empty
     * @return the way to let go
     */
    public WsSubscriptionHold hold(String... keys) {
        return bridge.holdSubscriptions(List.of(keys));
    }

    /**
     * Where each key stands, in the order of their coming; readable after the close, too.
     *
     * @return a snapshot; empty for a manager of your own
     */
    public Map<String, WsSubscriptionState> states() {
        return bridge.subscriptionStates();
    }
}
