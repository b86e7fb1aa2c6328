package io.github.belay.testing

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsProtocolException
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportSession

/** One call that a [RecordingListener] heard. */
public sealed interface ListenerEvent {
    /** The link opened. */
    public class Opened(
        /** What drives it. */
        public val session: WsTransportSession,
    ) : ListenerEvent {
        override fun toString(): String = "Opened"
    }

    /** The link did not open. */
    public class ConnectFailed(
        /** Why. */
        public val failure: WsConnectFailure,
    ) : ListenerEvent {
        override fun toString(): String = "ConnectFailed($failure)"
    }

    /** A message or control frame came. */
    public class FrameCame(
        /** A copy, made within the call. */
        public val frame: WsFrame,
    ) : ListenerEvent {
        override fun toString(): String = "FrameCame($frame)"
    }

    /** A read was handed over. */
    public data object ReadCompleted : ListenerEvent

    /** The session became writable again. */
    public data object BecameWritable : ListenerEvent

    /** The peer broke the protocol. */
    public class Violated(
        /** How. */
        public val violation: WsProtocolException,
    ) : ListenerEvent {
        override fun toString(): String = "Violated(${violation.closeCode}, ${violation.message})"
    }

    /** The link ended. */
    public class Closed(
        /** How. */
        public val end: WsLinkEnd,
    ) : ListenerEvent {
        override fun toString(): String = "Closed($end)"
    }
}
