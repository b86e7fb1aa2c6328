package io.github.belay.java;

/** A callback that was registered, and the way to take it back. */
@FunctionalInterface
public interface WsRegistration extends AutoCloseable {
    /**
     * Takes the callback back: a call under way may still finish, and none begins afterwards. Does
     * not wait for it. Idempotent, safe from any thread, from within the callback too.
     */
    @Override
    void close();
}
