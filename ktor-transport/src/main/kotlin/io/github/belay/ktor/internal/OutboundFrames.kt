package io.github.belay.ktor.internal

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.ktor.websocket.Frame
import io.ktor.websocket.FrameType

/** This frame as Ktor writes it. The array is shared: neither side writes to it, Ktor masks a copy. */
internal fun WsFrame.toKtor(): Frame =
    Frame.byType(fin = true, kind.toKtor(), payload.asByteArray(), rsv1 = false, rsv2 = false, rsv3 = false)

private fun WsFrameKind.toKtor(): FrameType =
    when (this) {
        WsFrameKind.TEXT -> FrameType.TEXT
        WsFrameKind.BINARY -> FrameType.BINARY
        WsFrameKind.PING -> FrameType.PING
        WsFrameKind.PONG -> FrameType.PONG
        WsFrameKind.CLOSE -> FrameType.CLOSE
    }

/** Bytes that this frame takes on the wire, masked (RFC 6455 section 5.2). */
internal fun WsFrame.wireBytes(): Int {
    val size = payload.size
    val lengthField =
        when {
            size <= MAX_SHORT_PAYLOAD -> 0
            size <= MAX_MEDIUM_PAYLOAD -> Short.SIZE_BYTES
            else -> Long.SIZE_BYTES
        }
    return FIXED_HEADER_BYTES + lengthField + MASK_BYTES + size
}

private const val FIXED_HEADER_BYTES = 2
private const val MASK_BYTES = 4
private const val MAX_SHORT_PAYLOAD = 125
private const val MAX_MEDIUM_PAYLOAD = 0xFFFF
