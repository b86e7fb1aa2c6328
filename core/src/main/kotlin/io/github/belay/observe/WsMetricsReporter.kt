package io.github.belay.observe

import io.github.belay.lifecycle.WsDisconnectCause

/**
 * Hears what happens on a connection, as numbers. Every function does nothing by default; override those that matter.
 *
 * One reporter may serve many connections: `client` is the configured name of the one that speaks. The functions are
 * called on the connection's own threads, several of them at a time, so they are thread-safe, quick and never block. An
 * exception thrown here changes nothing for the connection: it is counted, and the first is logged.
 */
@Suppress("TooManyFunctions") // One for each thing that can happen; whoever listens overrides a few.
public interface WsMetricsReporter {
    /** An attempt to connect begins. Attempts that the circuit breaker refuses are [breakerRefused] instead. */
    public fun connectAttempt(client: String) {}

    /** The handshake is done, [durationNanos] after the attempt began. */
    public fun connected(
        client: String,
        durationNanos: Long,
    ) {}

    /** An attempt ended before the handshake was done. */
    public fun connectFailed(
        client: String,
        cause: WsDisconnectCause,
    ) {}

    /** The link is authenticated where asked, replayed, and open for application writes. */
    public fun ready(client: String) {}

    /** A link ended that had been [connected], whether or not it became [ready]. */
    public fun disconnected(
        client: String,
        cause: WsDisconnectCause,
    ) {}

    /** The next attempt is due in [delayMillis]. */
    public fun reconnectScheduled(
        client: String,
        delayMillis: Long,
    ) {}

    /** The circuit breaker refused an attempt. */
    public fun breakerRefused(client: String) {}

    /** Frames came in, control frames among them; called once per read. [bytes] counts payload only. */
    public fun framesReceived(
        client: String,
        frames: Int,
        bytes: Long,
    ) {}

    /** Frames were written, control frames among them; called once per flush. [bytes] counts payload only. */
    public fun framesSent(
        client: String,
        frames: Int,
        bytes: Long,
    ) {}

    /** [messages] went through the endpoint's `handleMessage` and on to whoever collects. */
    public fun messagesDelivered(
        client: String,
        messages: Int,
    ) {}

    /** [messages] were dropped because nobody collected them. */
    public fun messagesUncollected(
        client: String,
        messages: Int,
    ) {}

    /** The user has so many messages waiting that reading is held back until some are taken. */
    public fun readingPaused(client: String) {}

    /** The endpoint could not parse a message; that one message is lost. */
    public fun parseError(client: String) {}

    /**
     * A function of the endpoint other than `parse` threw. If it was `handleMessage`, that one message was not handled.
     */
    public fun handlerError(client: String) {}

    /** The server reported an error in its own protocol. */
    public fun serverError(client: String) {}

    /** A ping, of the protocol or of the application, was handed to the writer. */
    public fun pingSent(client: String) {}

    /** The answer to a ping came, [rttNanos] after it. */
    public fun pongReceived(
        client: String,
        rttNanos: Long,
    ) {}

    /** The answer to a ping did not come in time. */
    public fun pongTimeout(client: String) {}

    /**
     * Data was [lagMicros] old when it arrived, by the time of that [kind] which it carries; see
     * `WsEndpointHandler.samplePayloadTimestamps`.
     */
    public fun payloadLag(
        client: String,
        kind: String,
        lagMicros: Long,
    ) {}

    /** A request ended; told once for each. */
    public fun requestSettled(
        client: String,
        outcome: WsRequestOutcome,
    ) {}

    /** An application message or request was refused because the outbound queue was full. */
    public fun queueRefused(client: String) {}

    /** So many application messages or requests were given up to make room for another one. */
    public fun queueEvicted(
        client: String,
        messages: Int,
    ) {
    }

    /** The outbound queue has risen above its warning ratio: [fill] of its bound is in use, 1.0 is full. */
    public fun queueFilling(
        client: String,
        fill: Double,
    ) {
    }
}
