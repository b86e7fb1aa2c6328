package io.github.belay.transport

import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException

/**
 * Hears of one link. The transport calls it from one thread at a time, on [WsTransportSession.loop] when there is one,
 * and never after [onClosed] or [onConnectFailed]. Implementations return quickly and never block.
 */
public interface WsTransportListener {
    /** The link is open and its handshake verified. Comes before any frame. */
    public fun onOpen(session: WsTransportSession)

    /** The link will not open. Nothing else is called afterwards. */
    public fun onConnectFailed(failure: WsConnectFailure)

    /**
     * One whole message or control frame. [frame] is borrowed: it is valid during this call only. Text is valid UTF-8,
     * Close payloads are well-formed, sizes are within [WsBuffers].
     */
    public fun onFrame(frame: WsFrameView)

    /** Everything that one read brought has been handed over: the place to pass batches on and to flush. */
    public fun onReadComplete()

    /** [WsTransportSession.isWritable] turned true again. */
    public fun onWritable()

    /** The peer broke the protocol. No frame follows; one Close frame may still be written before the abort. */
    public fun onViolation(violation: WsProtocolException)

    /** The link is gone and its socket closed. The last call. */
    public fun onClosed(end: WsLinkEnd)
}
