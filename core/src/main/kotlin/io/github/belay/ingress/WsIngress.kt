package io.github.belay.ingress

import io.github.belay.frame.WsFrameView

/**
 * Decides about each text and binary message where it arrives, before the connection's owner sees it. Control frames
 * never come here.
 *
 * One instance serves all links of a connection, one at a time, and keeps its state across them. [onOpen] and [onFrame]
 * run on the reader, [onDisconnect] on the connection's own turn, behind them: never two at a time, unless a transport
 * takes longer than the close timeout to let its link go. All are quick and never block. What [onOpen] and [onFrame]
 * throw ends the link with an internal error, and the next link uses the same instance; what [onDisconnect] throws is
 * only counted.
 */
public interface WsIngress<M : Any> {
    /** A link opened. Called once for each link, before its first frame. */
    public fun onOpen() {}

    /** [frame] is borrowed: valid during this call only. */
    public fun onFrame(frame: WsFrameView): WsIngressAction<M>

    /** The link ended, because of [cause]. Called once for each [onOpen]. */
    public fun onDisconnect(cause: String) {}
}

/** What to do with a message. */
public sealed class WsIngressAction<out M : Any> {
    /** Drop it. It still counts as activity. */
    public object Ignore : WsIngressAction<Nothing>()

    /** Pass it to the endpoint. It is copied once, unless the transport gave its array away. */
    public object Forward : WsIngressAction<Nothing>()

    /** Deliver [message] to the user; the endpoint does not see the frame. */
    public class Emit<out M : Any>(
        /** The decoded message. */
        public val message: M,
    ) : WsIngressAction<M>()

    /** Deliver [messages] to the user, in order. */
    public class EmitBatch<out M : Any>(
        /** The decoded messages. */
        public val messages: List<M>,
    ) : WsIngressAction<M>()

    /** End this link and open another, as the endpoint classifies it. */
    public class Reconnect(
        /** Why. */
        public val reason: String,
    ) : WsIngressAction<Nothing>()

    /** Close the connection for good. */
    public class Shutdown(
        /** Why. */
        public val reason: String,
    ) : WsIngressAction<Nothing>()

    /** Makes actions; for Java, where they are of the type that the ingress returns. */
    public companion object {
        /** [Ignore]. */
        @JvmStatic
        public fun <M : Any> ignore(): WsIngressAction<M> = Ignore

        /** [Forward]. */
        @JvmStatic
        public fun <M : Any> forward(): WsIngressAction<M> = Forward

        /** [Emit]. */
        @JvmStatic
        public fun <M : Any> emit(message: M): WsIngressAction<M> = Emit(message)

        /** [EmitBatch]. */
        @JvmStatic
        public fun <M : Any> emitBatch(messages: List<M>): WsIngressAction<M> = EmitBatch(messages)

        /** [Reconnect]. */
        @JvmStatic
        public fun <M : Any> reconnect(reason: String): WsIngressAction<M> = Reconnect(reason)

        /** [Shutdown]. */
        @JvmStatic
        public fun <M : Any> shutdown(reason: String): WsIngressAction<M> = Shutdown(reason)
    }
}

/** Passes everything to the endpoint. */
public class ForwardAllIngress<M : Any> : WsIngress<M> {
    override fun onFrame(frame: WsFrameView): WsIngressAction<M> = WsIngressAction.Forward
}
