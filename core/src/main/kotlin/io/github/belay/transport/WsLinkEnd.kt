package io.github.belay.transport

import io.github.belay.frame.forLog

/** How the byte stream under a session ended. A Close frame, when there was one, came before as a frame. */
public sealed class WsLinkEnd {
    /** The peer closed its side in order (FIN, or close_notify where the transport can tell). */
    public object EndOfStream : WsLinkEnd() {
        override fun toString(): String = "EndOfStream"
    }

    /** Reset, broken pipe or another failure, or an end whose kind the transport cannot tell. */
    public class Failed(
        message: String,
    ) : WsLinkEnd() {
        /** One line for people; whatever text a transport puts there is escaped and cut. */
        public val message: String = message.forLog()

        override fun toString(): String = "Failed($message)"
    }

    /** We ended it with [WsTransportSession.abort]. */
    public object Aborted : WsLinkEnd() {
        override fun toString(): String = "Aborted"
    }
}
