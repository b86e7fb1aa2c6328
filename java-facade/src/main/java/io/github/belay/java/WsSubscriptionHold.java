package io.github.belay.java;

import io.github.belay.subscription.WsSubscriptionOutcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One who holds keys; made by {@link WsSubscriptions#hold}. Not for implementation. */
public interface WsSubscriptionHold extends AutoCloseable {
    /**
     * What is held.
     *
     * @return the keys
     */
    List<String> keys();

    /**
     * An outcome for each key. One that failed to be sent is not held.
     *
     * @return always the same future; never fails
     */
    CompletableFuture<Map<String, WsSubscriptionOutcome>> outcome();

    /** Lets the keys go; never blocks and never fails. Idempotent. */
    @Override
    void close();
}
