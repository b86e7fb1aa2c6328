package io.github.belay.codec

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.kotest.assertions.throwables.shouldThrow

internal fun assembler(
    maxFrameBytes: Int = 1_000,
    maxMessageBytes: Int = 10_000,
) = WsMessageAssembler(maxFrameBytes, maxMessageBytes)

/** A frame as a peer puts it on the wire. */
internal class RawFrame(
    val opcode: Int,
    val isFinal: Boolean,
    val payload: ByteArray = ByteArray(0),
    val reservedBits: Int = 0,
) {
    override fun toString(): String = "RawFrame(opcode=$opcode final=$isFinal rsv=$reservedBits ${payload.size} bytes)"
}

internal fun WsMessageAssembler.feed(
    frame: RawFrame,
    view: WsFrameView = WsFrameView(),
): WsFrame? {
    view.give(WsFrameKind.BINARY, WsBytes.wrap(frame.payload))
    val complete = feed(frame.opcode, frame.isFinal, frame.reservedBits, view)
    return if (complete) view.toFrame().also { view.takeBack() } else null
}

internal fun WsMessageAssembler.violationOf(frame: RawFrame): WsProtocolException = shouldThrow { feed(frame) }

/** What comes out when [frames] go in. */
internal fun WsMessageAssembler.feedAll(frames: List<RawFrame>): List<WsFrame> {
    val view = WsFrameView()
    return frames.mapNotNull { feed(it, view) }
}

internal fun text(
    text: String,
    isFinal: Boolean = true,
) = RawFrame(WsOpcode.TEXT, isFinal, text.toByteArray())

internal fun binary(
    payload: ByteArray,
    isFinal: Boolean = true,
) = RawFrame(WsOpcode.BINARY, isFinal, payload)

internal fun continuation(
    payload: ByteArray,
    isFinal: Boolean,
) = RawFrame(WsOpcode.CONTINUATION, isFinal, payload)

internal fun continuation(
    text: String,
    isFinal: Boolean,
) = continuation(text.toByteArray(), isFinal)
