package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.WsBytes
import java.io.ByteArrayOutputStream
import java.util.zip.DataFormatException

/** What a client's frames are, taken together: its messages and its Close, or the first rule that they break. */
internal class ClientMessages(
    frames: List<ClientFrame>,
    deflate: DeflateOffer?,
) {
    /** Opcode and payload of each message, not compressed. */
    val messages = ArrayList<Pair<Int, WsBytes>>()

    /** Payload of the Close frame; null if none came. */
    var close: WsBytes? = null
        private set

    /** The first rule that is broken; null if all are kept. */
    val problem: String?

    private val inflate = deflate?.let(::ClientInflate)
    private val joined = ByteArrayOutputStream()

    /** Opcode of the message whose last fragment has not come; null between messages. */
    private var joining: Int? = null
    private var isCompressed = false

    init {
        var previousKey: Int? = null
        problem =
            frames.withIndex().firstNotNullOfOrNull { (index, frame) ->
                val broken = headerProblem(frame, previousKey) ?: orderProblem(frame)
                previousKey = frame.maskKey
                broken?.let { "frame ${index + 1} of the client, $frame, $it" }
            }
        inflate?.close()
    }

    /** RFC 6455 sections 5.1 to 5.5, as far as one header shows it. */
    private fun headerProblem(
        frame: ClientFrame,
        previousKey: Int?,
    ): String? =
        when {
            frame.maskKey == null -> "has no mask"
            frame.maskKey == previousKey -> "has the mask key of the frame before"
            !frame.isShortestLength -> "has a length that is not in its shortest form"
            frame.reservedBits != 0 && !mayBeCompressed(frame) -> "has the reserved bits ${frame.reservedBits}"
            frame.isControl && !frame.isFinal -> "is a control frame and fragmented"
            frame.isControl && frame.payload.size > MAX_CONTROL_BYTES -> "is a control frame and too long"
            else -> null
        }

    /** RFC 7692 section 6: RSV1, on the first frame of a message, if the extension is in use. */
    private fun mayBeCompressed(frame: ClientFrame): Boolean =
        inflate != null && frame.reservedBits == COMPRESSED && (frame.opcode in dataOpcodes)

    private fun orderProblem(frame: ClientFrame): String? =
        when {
            close != null -> "follows the Close frame"
            frame.opcode == WsOpcode.CLOSE -> null.also { close = WsBytes.wrap(frame.payload) }
            frame.opcode == WsOpcode.PONG -> "was sent by the transport, and its owner answers pings"
            frame.opcode == WsOpcode.PING -> "was sent by the transport, and nobody asked for it"
            frame.opcode in dataOpcodes && joining != null -> "begins inside another message"
            frame.opcode == WsOpcode.CONTINUATION && joining == null -> "continues nothing"
            frame.opcode in dataOpcodes || frame.opcode == WsOpcode.CONTINUATION -> join(frame)
            else -> "has a reserved opcode"
        }

    private fun join(frame: ClientFrame): String? {
        val opcode = joining ?: frame.opcode
        if (joining == null) isCompressed = frame.reservedBits == COMPRESSED
        joined.writeBytes(frame.payload)
        joining = if (frame.isFinal) null else opcode
        if (!frame.isFinal) return null
        val payload = joined.toByteArray()
        joined.reset()
        return try {
            messages += opcode to WsBytes.wrap(if (isCompressed) checkNotNull(inflate).inflate(payload) else payload)
            null
        } catch (broken: DataFormatException) {
            "is not compressed as was agreed: ${broken.message}"
        }
    }

    private companion object {
        val dataOpcodes = setOf(WsOpcode.TEXT, WsOpcode.BINARY)
        const val COMPRESSED = 4
        const val MAX_CONTROL_BYTES = 125
    }
}
