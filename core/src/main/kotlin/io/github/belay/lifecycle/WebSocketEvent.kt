package io.github.belay.lifecycle

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsCloseFrame
import io.github.belay.frame.WsFrame

/** What can be told to a connection. */
public sealed class WebSocketEvent {
    /** Connect, and stay connected. Does nothing while connected or connecting; cuts a wait between attempts short. */
    public object Connect : WebSocketEvent()

    /** Close the link in order and stay down until the next [Connect]. */
    public class Disconnect(
        /** What the Close frame says. */
        public val close: WsCloseFrame,
    ) : WebSocketEvent()

    /** Send [frame], in the order of the calls. While there is no link it waits in the bounded queue. */
    public class SendMessage(
        /** A text or binary message. */
        public val frame: WsFrame,
    ) : WebSocketEvent() {
        init {
            require(!frame.kind.isControl) { "frame must be TEXT or BINARY but was ${frame.kind}" }
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

        /** [SetAuthenticated]. */
        @JvmStatic
        public fun setAuthenticated(authenticated: Boolean): WebSocketEvent = SetAuthenticated(authenticated)

        /** [ReplaySubscriptions]. */
        @JvmStatic
        public fun replaySubscriptions(): WebSocketEvent = ReplaySubscriptions
    }
}
