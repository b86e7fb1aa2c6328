package io.github.belay.codec

import io.github.belay.frame.WsFrameView

/** Hears what a decoder found, in the order of the wire. Called within [WsFrameDecoder.decode]. */
public fun interface WsFrameSink {
    /** A whole message or control frame; [frame] is borrowed and valid during this call only. */
    public fun onFrame(frame: WsFrameView)
}
