package io.github.belay.java;

import io.github.belay.WsAttempt;
import io.github.belay.WsTarget;
import java.util.concurrent.CompletionStage;

/**
 * Where an attempt goes and with which headers: asked for afresh at every attempt, so that tokens
 * are never stale.
 *
 * @see WsClientBuilder#target
 */
@FunctionalInterface
public interface WsTargetSupplier {
    /**
     * The target of one attempt. Called on a thread of the connection: returns at once and never
     * blocks; what takes time belongs into the stage, which may be completed on any thread.
     *
     * <p>The connect timeout bounds the stage; when it is over the stage is cancelled, if it is a
     * future. What is thrown, here or by the stage, counts as a failed attempt.
     *
     * @param attempt what there is to know about the attempt
     * @return address and headers
     */
    CompletionStage<WsTarget> target(WsAttempt attempt);
}
