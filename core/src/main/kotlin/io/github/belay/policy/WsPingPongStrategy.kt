package io.github.belay.policy

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView

/**
 * How a connection finds out that its peer is gone although nothing says so: what it asks, and which frames answer.
 *
 * A strategy only answers. When a ping is due, which one is the oldest without an answer, how long a round trip took and
 * when the link has to end is the connection's own work, so that a strategy has no state, no clock and no timer, and one
 * instance may serve many connections and all their links. It is written in Kotlin and in Java alike; that is why it
 * speaks of milliseconds.
 *
 * [intervalMillis], [timeoutMillis], [failureThreshold], [maxPending] and [readsMessages] are asked once for each
 * connection, when it is configured. [createPing] is called on the connection's own threads, [handleInbound] where the
 * bytes arrive, several of them at a time if connections share the strategy. All return quickly and never block. What
 * [createPing] throws costs that one ping, what [handleInbound] throws makes the frame one that is no pong; both are
 * counted as handler errors.
 *
 * Pings of the peer are answered by the connection itself, whichever strategy it has: one pong for each.
 *
 * @see ProtocolPingPong
 * @see WsApplicationPingPong
 * @see TextPingPong
 * @see ServerDrivenPingPong
 * @see NoPingPong
 */
public interface WsPingPongStrategy {
    /** Milliseconds from one ping to the next, the first as soon as the link is ready. 0 or less: no pings at all. */
    public fun intervalMillis(): Long

    /** Milliseconds that an answer may take, at least 1; shorter or longer than the interval, as you like. */
    public fun timeoutMillis(): Long

    /** How many pings in a row may go unanswered until the link ends, at least 1. Default 1. */
    public fun failureThreshold(): Int = 1

    /** How many pings may wait for their answers at a time, at least 1; one that would be more is left out. Default 10. */
    public fun maxPending(): Int = DEFAULT_MAX_PENDING

    /** Ping [number] of a link, counted from 1; null to leave this one out. */
    public fun createPing(number: Long): WsPing?

    /**
     * True if [handleInbound] is to see every text and binary message, before the ingress does. Default false: then a
     * message costs nothing here.
     */
    public fun readsMessages(): Boolean = false

    /** What [frame], a pong or a message, is to this heartbeat. It is borrowed: valid during this call only. */
    public fun handleInbound(frame: WsFrameView): WsPongOutcome

    private companion object {
        const val DEFAULT_MAX_PENDING = 10
    }
}

/** A ping of the protocol, or a message of the application that is one, and what its answer is known by. */
public class WsPing(
    /** What is sent: a ping, a text or a binary message. */
    public val frame: WsFrame,
    /** Equal to the key of the [WsPongOutcome.PongReceived] that answers it. */
    public val key: Any,
) {
    init {
        require(frame !is WsFrame.Pong && frame !is WsFrame.Close) {
            "frame must be PING, TEXT or BINARY but was ${frame.kind}"
        }
    }

    override fun toString(): String = "WsPing($frame)"
}

/** What a frame is to a heartbeat. */
public sealed class WsPongOutcome {
    /** None of the heartbeat's; it goes on its way. */
    public object NotPong : WsPongOutcome() {
        override fun toString(): String = "NotPong"
    }

    /**
     * An answer. It goes no further. It answers the oldest ping with that [key] and those before it, since a peer may
     * answer only the newest (RFC 6455 section 5.5.3); none, if no ping with that key is waiting.
     */
    public class PongReceived(
        /** The key of the ping. */
        public val key: Any,
    ) : WsPongOutcome() {
        override fun toString(): String = "PongReceived"
    }

    /** Meant for the heartbeat, but not understood. It goes no further and is counted as a parse error. */
    public object InvalidPong : WsPongOutcome() {
        override fun toString(): String = "InvalidPong"
    }

    /**
     * A question of the peer's. It goes no further, and [frame] is sent, ahead of queued application messages. Throws
     * [IllegalArgumentException] for a control frame.
     */
    public class Reply(
        /** The answer, text or binary. */
        public val frame: WsFrame,
    ) : WsPongOutcome() {
        init {
            require(!frame.kind.isControl) { "frame must be TEXT or BINARY but was ${frame.kind}" }
        }

        override fun toString(): String = "Reply($frame)"
    }

    /** Makes outcomes; for Java. */
    public companion object {
        /** [NotPong]. */
        @JvmStatic
        public fun notPong(): WsPongOutcome = NotPong

        /** [PongReceived]. */
        @JvmStatic
        public fun pongReceived(key: Any): WsPongOutcome = PongReceived(key)

        /** [InvalidPong]. */
        @JvmStatic
        public fun invalidPong(): WsPongOutcome = InvalidPong

        /** [Reply]. */
        @JvmStatic
        public fun reply(frame: WsFrame): WsPongOutcome = Reply(frame)
    }
}
