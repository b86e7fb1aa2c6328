package io.github.belay.lifecycle

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** What can be told to a connection. */
public sealed class WebSocketEvent {
    /** Connect, and stay connected. Does nothing while connected or connecting; cuts a wait between attempts short. */
    public object Connect : WebSocketEvent()

    /** Close the link in order and stay down until the next [Connect]. */
    public class Disconnect(
        /** What the Close frame says. */
        public val close: WsCloseFrame,
    ) : WebSocketEvent()

    /** Send something. While there is no link it waits in the bounded queue, unless the offline policy refuses that. */
    public sealed class Send(
        /** For how long it may wait; then it is not sent, and ends as not delivered. */
        public val timeToLive: Duration,
    ) : WebSocketEvent() {
        init {
            require(timeToLive > Duration.ZERO) { "timeToLive must be > 0 but was $timeToLive" }
        }
    }

    /** Send [frame], in the order of the calls. */
    public class SendMessage
        @JvmOverloads
        constructor(
            /** A text or binary message. */
            public val frame: WsFrame,
            timeToLive: Duration = Duration.INFINITE,
        ) : Send(timeToLive) {
            init {
                requireMessage(frame)
            }
        }

    /**
     * Send all of [frames], in this order and with nothing of the user's between them. Either all are taken into the queue or
     * none is. Done when all have left; unknown when some have, and others did not or perhaps not. More than the queue can
     * hold end as queue full.
     */
    public class SendBatch
        @JvmOverloads
        constructor(
            frames: List<WsFrame>,
            timeToLive: Duration = Duration.INFINITE,
        ) : Send(timeToLive) {
            /** Text and binary messages. */
            public val frames: List<WsFrame> = java.util.List.copyOf(frames)

            init {
                this.frames.forEach(::requireMessage)
            }
        }

    /**
     * Tells that the session of the current link is authenticated, so that an `AUTH_GATED` one may go on; with false,
     * takes that back: before the replay it closes the gate again, later it holds changes of subscriptions back until the
     * next true. Where nothing is gated, it changes nothing. Ends as not delivered while no link is open.
     */
    public class SetAuthenticated(
        /** The new state. */
        public val authenticated: Boolean,
    ) : WebSocketEvent()

    /**
     * Send the whole desired set of subscriptions once more, and be done when that has left. Ends as not delivered while the
     * link is not ready, or its session not authenticated.
     */
    public object ReplaySubscriptions : WebSocketEvent()

    /** Makes events. */
    public companion object {
        /** [Connect]. */
        @JvmStatic
        public fun connect(): WebSocketEvent = Connect

        /** [Disconnect] with a code and a reason; the rules are those of [WsCloseFrame.of]. */
        @JvmStatic
        @JvmOverloads
        public fun disconnect(
            code: Int = CloseCode.NORMAL,
            reason: String = "",
        ): WebSocketEvent = Disconnect(WsCloseFrame.of(code, reason))

        /** [SendMessage]; throws [IllegalArgumentException] for a control frame. */
        @JvmStatic
        public fun sendMessage(frame: WsFrame): WebSocketEvent = SendMessage(frame)

        /** [SendMessage] that may wait for [timeToLiveMillis], at least 1. */
        @JvmStatic
        public fun sendMessage(
            frame: WsFrame,
            timeToLiveMillis: Long,
        ): WebSocketEvent = SendMessage(frame, timeToLiveMillis.milliseconds)

        /** [SendBatch]; throws [IllegalArgumentException] if there is a control frame among [frames]. */
        @JvmStatic
        public fun sendBatch(frames: List<WsFrame>): WebSocketEvent = SendBatch(frames)

        /** [SendBatch] that may wait for [timeToLiveMillis], at least 1. */
        @JvmStatic
        public fun sendBatch(
            frames: List<WsFrame>,
            timeToLiveMillis: Long,
        ): WebSocketEvent = SendBatch(frames, timeToLiveMillis.milliseconds)

        /** [SetAuthenticated]. */
        @JvmStatic
        public fun setAuthenticated(authenticated: Boolean): WebSocketEvent = SetAuthenticated(authenticated)

        /** [ReplaySubscriptions]. */
        @JvmStatic
        public fun replaySubscriptions(): WebSocketEvent = ReplaySubscriptions
    }
}

private fun requireMessage(frame: WsFrame) =
    require(!frame.kind.isControl) { "frame must be TEXT or BINARY but was ${frame.kind}" }
