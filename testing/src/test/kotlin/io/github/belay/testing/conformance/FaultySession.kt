package io.github.belay.testing.conformance

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.testing.conformance.Mistake.KEEPS_CONTEXT_THAT_MUST_GO
import io.github.belay.testing.conformance.Mistake.REPEATS_MASK_KEY
import io.github.belay.testing.conformance.Mistake.SENDS_CONTROLS_WITHOUT_FIN
import io.github.belay.testing.conformance.Mistake.SENDS_LONG_LENGTH_FORMS
import io.github.belay.testing.conformance.Mistake.SENDS_NO_MASK
import io.github.belay.testing.conformance.Mistake.SENDS_RESERVED_BIT
import io.github.belay.testing.conformance.Mistake.SENDS_TEXT_AS_BINARY
import io.github.belay.testing.server.opcode
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsTransportSession
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.net.Socket
import java.util.concurrent.Executor
import kotlin.random.Random

/** The writing side of a [FaultyTransport]'s link. Writes block, which a test of an echo can live with. */
internal class FaultySession(
    private val socket: Socket,
    val input: InputStream,
    /** What the server said of extensions; null when none is in use. */
    val extension: String?,
    override val handshake: WsHandshake,
    private val mistake: Mistake?,
) : WsTransportSession {
    private val waiting = ByteArrayOutputStream()
    private val random = Random(1)

    /** A client may compress; here it does so with every second message. */
    private val deflate =
        extension?.let {
            val forgets = "client_no_context_takeover" in it && mistake != KEEPS_CONTEXT_THAT_MUST_GO
            ServerDeflate(DeflateOffer(serverNoContextTakeover = forgets))
        }
    private var messages = 0

    override val loop: Executor? get() = null
    override val isWritable: Boolean get() = true

    override fun write(frame: WsFrame): Unit =
        synchronized(waiting) {
            val isData = !frame.kind.isControl
            val compresses = isData && deflate != null && messages++ % 2 == 0
            val payload = frame.payload.toByteArray()
            val opcode = if (mistake == SENDS_TEXT_AS_BINARY && frame.kind == WsFrameKind.TEXT) 2 else frame.kind.opcode
            waiting.writeBytes(
                ServerFrame(
                    opcode = opcode,
                    payload = if (compresses) checkNotNull(deflate).compress(payload) else payload,
                    isFinal = isData || mistake != SENDS_CONTROLS_WITHOUT_FIN,
                    reservedBits =
                        if (mistake == SENDS_RESERVED_BIT) {
                            2
                        } else if (compresses) {
                            4
                        } else {
                            0
                        },
                    lengthForm =
                        if (mistake ==
                            SENDS_LONG_LENGTH_FORMS
                        ) {
                            LengthForm.EIGHT_BYTES
                        } else {
                            LengthForm.SHORTEST
                        },
                    maskKey = maskKey(),
                ).toByteArray(),
            )
        }

    private fun maskKey(): ByteArray? =
        when (mistake) {
            SENDS_NO_MASK -> null
            REPEATS_MASK_KEY -> byteArrayOf(1, 2, 3, 4)
            else -> random.nextBytes(4)
        }

    override fun flush(listener: WsFlushListener) {
        val bytes = synchronized(waiting) { waiting.toByteArray().also { waiting.reset() } }
        try {
            socket.getOutputStream().write(bytes)
            listener.onFlushed(null)
        } catch (failure: IOException) {
            listener.onFlushed(failure)
        }
    }

    override fun setReading(enabled: Boolean) = Unit

    override fun abort() {
        // Not close(): with bytes unread that is a reset, which may take the Close frame with it.
        runCatching { socket.shutdownInput() }
    }
}
