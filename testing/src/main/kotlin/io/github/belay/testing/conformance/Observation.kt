package io.github.belay.testing.conformance

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.server.opcode

/** What was seen of one run of a case. */
internal class Observation(
    private val script: Script,
    private val deflate: DeflateOffer?,
    private val listener: EchoListener,
    private val server: ServerEnd,
    /** The client noticed the violation only when the rest of its frame was there. */
    private val isLate: Boolean,
) {
    private val events = listener.events
    private val delivered = events.filterIsInstance<ListenerEvent.FrameCame>().map { it.frame }
    private val violation = events.filterIsInstance<ListenerEvent.Violated>().firstOrNull()?.violation
    private val client = ClientMessages(server.frames, deflate)

    /** The first thing that is not as it must be, in words that do not differ from run to run; null if all is well. */
    fun problem(): String? = deliveryProblem() ?: wireProblem() ?: endProblem()

    private fun deliveryProblem(): String? {
        val unexpected =
            delivered != script.delivered ||
                (violation == null) != script.violations.isEmpty() ||
                (violation != null && violation.closeCode !in script.violations)
        val wrong = delivered.indices.firstOrNull { delivered[it] != script.delivered.getOrNull(it) }
        return when {
            listener.malformed != null -> "a malformed control frame was handed over: ${listener.malformed}"

            unexpected && shownKinds(delivered) == shownKinds(script.delivered) && wrong != null -> changed(wrong)

            unexpected -> "${shownKinds(
                delivered,
            )}; ${violation?.let { "violation ${it.closeCode}" } ?: "no violation"}"

            isLate -> "the violation was noticed only at the end of its frame"

            else -> null
        }
    }

    private fun changed(index: Int) = "the payload of ${delivered[index]}, frame ${index + 1}, was changed"

    private fun wireProblem(): String? {
        val sent = client.messages
        val due =
            delivered.filterNot { it.kind.isControl }.map { it.kind.opcode to it.payload }
        // Behind a violation there is no promise that what was written before gets out.
        val complete = if (violation == null) sent == due else sent == due.take(sent.size)
        return client.problem
            ?: if (complete) closeProblem() else "what came back on the wire is not what was handed over"
    }

    private fun closeProblem(): String? {
        val due =
            violation?.let { WsFrame.close(it.closeCode).payload }
                ?: delivered.firstOrNull { it.kind == WsFrameKind.CLOSE }?.payload
        val sent = client.close
        return when {
            // Frames that were on their way go under in a reset, which is how a socket with unread bytes is closed.
            sent == null -> if (server.isBroken) null else "no Close frame was sent"

            due == null -> "a Close frame was sent, and nobody asked for it"

            codeOf(sent) == codeOf(due) -> null

            else -> "a Close frame with code ${codeOf(sent)} was sent, and code ${codeOf(due)} was due"
        }
    }

    /** Null for a Close frame without a code. */
    private fun codeOf(close: WsBytes): Int? =
        if (close.size <
            2
        ) {
            null
        } else {
            (close[0].toInt() and BYTE_MASK shl Byte.SIZE_BITS) or (close[1].toInt() and BYTE_MASK)
        }

    private fun endProblem(): String? =
        when {
            listener.breaches.isNotEmpty() -> "the contract was broken: ${listener.breaches.first()}"
            events.none { it is ListenerEvent.Closed } -> "the link did not end"
            else -> null
        }

    /** Everything, for people. */
    fun detail(): String =
        "heard ${events.filter { it != ListenerEvent.ReadCompleted }.take(MAX_SHOWN)}, " +
            "breaches ${listener.breaches}, the client wrote ${server.frames.take(MAX_SHOWN)} and ended: ${server.end}"

    private fun shownKinds(frames: List<WsFrame>): String {
        if (frames.isEmpty()) return "nothing came"
        val more = frames.size - MAX_SHOWN
        return frames
            .take(MAX_SHOWN)
            .joinToString(" ", postfix = if (more > 0) " and $more more came" else " came") {
                "${it.kind}(${it.payload.size})"
            }
    }

    private companion object {
        const val MAX_SHOWN = 8
        const val BYTE_MASK = 0xFF
    }
}
