package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsText
import io.github.belay.transport.WsBuffers
import java.io.ByteArrayOutputStream

/** What the server does after the handshake, and what a client then says that came. */
internal class Script(
    val steps: List<ScriptStep>,
    /** What comes out of the client, in order. */
    val delivered: List<WsFrame>,
    /** The close codes that a client may report as the violation; none when nothing is wrong. */
    val violations: Set<Int>,
    /** The client's limits. */
    val buffers: WsBuffers,
)

internal sealed interface ScriptStep {
    /** One write for every [pieceBytes] of [bytes]. */
    class Write(
        val bytes: ByteArray,
        val pieceBytes: Int,
    ) : ScriptStep

    /** Goes on when the client has sent [count] messages since the handshake. */
    class AwaitMessages(
        val count: Int,
    ) : ScriptStep

    /** Goes on when the client has failed the connection, or has had its time to do so before all is there. */
    data object AwaitViolation : ScriptStep
}

/** Writes a [Script]. Ends it with a Close frame, unless it has one. */
internal class ScriptBuilder(
    deflate: DeflateOffer?,
) {
    private val steps = ArrayList<ScriptStep>()
    private val delivered = ArrayList<WsFrame>()
    private var violations = emptySet<Int>()

    /** Compresses what the server sends, in the window that was negotiated. */
    val deflater = ServerDeflate(deflate ?: DeflateOffer())

    /** The limits of the client; large enough for every message of a case that does not set its own. */
    var buffers = WsBuffers()

    /** Sends [frames] in one write. */
    fun send(vararg frames: ServerFrame) {
        sendRaw(join(frames))
    }

    /** Sends [frames] with a write of its own for every [pieceBytes]. */
    fun sendInPieces(
        pieceBytes: Int,
        vararg frames: ServerFrame,
    ) {
        steps += ScriptStep.Write(join(frames), pieceBytes)
    }

    /** Sends [bytes] as they are. */
    fun sendRaw(bytes: ByteArray) {
        steps += ScriptStep.Write(bytes, maxOf(bytes.size, 1))
    }

    /** The client hands [frames] to its owner, behind those expected before. */
    fun expect(vararg frames: WsFrame) {
        delivered += frames
    }

    fun expectText(payload: ByteArray) {
        expect(WsFrame.text(WsText.checked(WsBytes.wrap(payload))))
    }

    fun expectText(payload: String) {
        expect(WsFrame.text(payload))
    }

    fun expectBinary(payload: ByteArray) {
        expect(WsFrame.binary(payload))
    }

    fun expectPing(payload: ByteArray = ByteArray(0)) {
        expect(WsFrame.ping(WsBytes.wrap(payload)))
    }

    fun expectPing(payload: String) {
        expectPing(payload.toByteArray())
    }

    fun expectPong(payload: String = "") {
        expect(WsFrame.pong(WsBytes.wrap(payload.toByteArray())))
    }

    /** The client hands nothing on any more and fails the connection with one of [codes]. */
    fun expectViolation(vararg codes: Int) {
        violations = codes.toSet()
    }

    /** Waits until every message that was expected so far has come back. */
    fun awaitEchoes() {
        steps += ScriptStep.AwaitMessages(delivered.count { !it.kind.isControl })
    }

    fun awaitViolation() {
        steps += ScriptStep.AwaitViolation
    }

    fun build(): Script {
        when {
            violations.isNotEmpty() -> {
                // For a client that does not notice: it gets something to hand on, and a way to end.
                send(text("after"), close(CloseCode.NORMAL))
            }

            delivered.none { it is WsFrame.Close } -> {
                // What a client has written and not yet sent when a Close frame comes may get lost: not what is tried here.
                awaitEchoes()
                send(close(CloseCode.NORMAL))
                expect(WsFrame.close(CloseCode.NORMAL))
            }
        }
        return Script(steps, delivered, violations, buffers)
    }

    private fun join(frames: Array<out ServerFrame>): ByteArray =
        if (frames.size == 1) {
            frames.single().toByteArray()
        } else {
            val bytes = ByteArrayOutputStream()
            frames.forEach { bytes.writeBytes(it.toByteArray()) }
            bytes.toByteArray()
        }
}

/** [payload] in frames of at most [frameBytes] each, the first with [opcode]. */
internal fun fragments(
    opcode: Int,
    payload: ByteArray,
    frameBytes: Int,
    /** Of the first frame. */
    reservedBits: Int = 0,
): List<ServerFrame> {
    val starts = (payload.indices step frameBytes).toList().ifEmpty { listOf(0) }
    return starts.map { start ->
        val end = minOf(start + frameBytes, payload.size)
        ServerFrame(
            opcode = if (start == 0) opcode else WsOpcode.CONTINUATION,
            payload = payload.copyOfRange(start, end),
            isFinal = end == payload.size,
            reservedBits = if (start == 0) reservedBits else 0,
        )
    }
}
