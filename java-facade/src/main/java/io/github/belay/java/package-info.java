/**
 * Belay for Java: connections with {@link java.util.concurrent.CompletableFuture} for waiting and
 * {@link java.util.concurrent.Flow.Publisher} for streams.
 *
 * <p>{@link io.github.belay.java.WsClient} is the front door. Frames, requests, events and outcomes
 * are those of {@code belay-core}. Nothing here takes or returns null unless it says so.
 */
@NullMarked
package io.github.belay.java;

import org.jspecify.annotations.NullMarked;
