package io.github.belay.observe

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView

/**
 * Sees every frame of a connection as it comes and goes, control frames among them: logins and whatever else is secret
 * pass by here too.
 *
 * [onInbound] is called where the frame arrives, [onOutbound] by the writer; both may run at the same time, are quick and
 * never block. What they throw is counted, and changes nothing.
 */
public interface WsFrameTap {
    /** [frame] came in: before anybody else sees it. It is borrowed: valid during this call only. */
    public fun onInbound(frame: WsFrameView) {}

    /** [frame] is handed to the transport next. */
    public fun onOutbound(frame: WsFrame) {}
}
