package io.github.belay.internal.outbound

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame

/** Makes messages and keeps what became of them, in the order in which it was told. */
internal class Sender {
    val outcomes = mutableListOf<String>()

    fun item(text: String): OutboundItem = OutboundSetup(WsFrame.text(text)) { outcomes += "$text: $it" }

    fun items(vararg texts: String): List<OutboundItem> = texts.map(::item)
}

internal fun ping(text: String = ""): WsFrame = WsFrame.ping(WsBytes.wrap(text.encodeToByteArray()))

internal fun pong(text: String = ""): WsFrame = WsFrame.pong(WsBytes.wrap(text.encodeToByteArray()))

/** The payload as text, after the kind if it is a control frame. */
internal fun WsFrame.shown(): String =
    if (kind.isControl) "$kind ${payload.decodeToString()}".trim() else payload.decodeToString()

/** Takes a batch of its own; null if nothing waits. */
internal fun OutboundQueue.take(
    generation: Long,
    batchFrames: Int,
    batchBytes: Int,
): OutboundBatch? = OutboundBatch(batchFrames, batchBytes).takeIf { take(generation, it) }

/** Takes without limits what waits for the writer of [generation]; an empty list if nothing does. */
internal fun OutboundQueue.takeAll(generation: Long): List<String> =
    take(generation, Int.MAX_VALUE, Int.MAX_VALUE)?.frames.orEmpty().map { it.shown() }
