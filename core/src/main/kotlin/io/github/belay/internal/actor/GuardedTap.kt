package io.github.belay.internal.actor

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.observe.WsFrameTap

/** A user's [tap], which may throw. */
internal class GuardedTap(
    private val tap: WsFrameTap,
    private val guard: Guard,
) : WsFrameTap {
    override fun onInbound(frame: WsFrameView) = guard.run("onInbound", Unit) { tap.onInbound(frame) }

    override fun onOutbound(frame: WsFrame) = guard.run("onOutbound", Unit) { tap.onOutbound(frame) }
}
