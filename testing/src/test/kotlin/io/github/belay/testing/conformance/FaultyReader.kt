package io.github.belay.testing.conformance

import io.github.belay.codec.WsOpcode
import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.testing.conformance.Mistake.ANSWERS_CLOSE
import io.github.belay.testing.conformance.Mistake.ANSWERS_PINGS
import io.github.belay.testing.conformance.Mistake.CHECKS_UTF8_AT_THE_END
import io.github.belay.testing.conformance.Mistake.CHECKS_UTF8_PER_FRAGMENT
import io.github.belay.testing.conformance.Mistake.CHECKS_UTF8_PER_FRAME
import io.github.belay.testing.conformance.Mistake.CONFUSES_FRAMES
import io.github.belay.testing.conformance.Mistake.COUNTS_LIMIT_PER_FRAME
import io.github.belay.testing.conformance.Mistake.DELIVERS_FRAGMENTS
import io.github.belay.testing.conformance.Mistake.DELIVERS_PINGS_LATE
import io.github.belay.testing.conformance.Mistake.DROPS_EMPTY_MESSAGES
import io.github.belay.testing.conformance.Mistake.HAS_NO_LIMITS
import io.github.belay.testing.conformance.Mistake.INFLATES_PLAIN_MESSAGES
import io.github.belay.testing.conformance.Mistake.INFLATES_WITHOUT_CONTEXT
import io.github.belay.testing.conformance.Mistake.LIMITS_COMPRESSED_SIZE
import io.github.belay.testing.conformance.Mistake.READS_BEHIND_CLOSE
import io.github.belay.testing.conformance.Mistake.SWALLOWS_VIOLATIONS
import io.github.belay.testing.conformance.Mistake.TAKES_BAD_CLOSE_CODES
import io.github.belay.testing.conformance.Mistake.TAKES_BAD_CLOSE_REASONS
import io.github.belay.testing.conformance.Mistake.TAKES_BAD_SEQUENCES
import io.github.belay.testing.conformance.Mistake.TAKES_BAD_UTF8
import io.github.belay.testing.conformance.Mistake.TAKES_BROKEN_DEFLATE
import io.github.belay.testing.conformance.Mistake.TAKES_FRAGMENTED_CONTROLS
import io.github.belay.testing.conformance.Mistake.TAKES_LONG_CONTROLS
import io.github.belay.testing.conformance.Mistake.TAKES_LONG_LENGTH_FORMS
import io.github.belay.testing.conformance.Mistake.TAKES_MASKED_FRAMES
import io.github.belay.testing.conformance.Mistake.TAKES_NEGATIVE_LENGTHS
import io.github.belay.testing.conformance.Mistake.TAKES_RESERVED_BITS
import io.github.belay.testing.conformance.Mistake.TAKES_RESERVED_OPCODES
import io.github.belay.testing.conformance.Mistake.TAKES_RSV1_EVERYWHERE
import io.github.belay.testing.conformance.Mistake.WRONG_VIOLATION_CODE
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsTransportListener
import java.io.ByteArrayOutputStream
import java.io.DataInputStream
import java.io.EOFException
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.util.zip.DataFormatException
import java.util.zip.Inflater

/** The reading side of a [FaultyTransport]'s link: frame by frame, each handed over as a read of its own. */
internal class FaultyReader(
    private val session: FaultySession,
    private val buffers: WsBuffers,
    private val listener: WsTransportListener,
    private val mistake: Mistake?,
) {
    private class Header(
        val opcode: Int,
        val isFinal: Boolean,
        val reservedBits: Int,
        val mask: ByteArray?,
        val size: Int,
    ) {
        val isControl get() = opcode >= 8
    }

    private val input = DataInputStream(session.input)
    private val view = WsFrameView()
    private val inflater = session.extension?.let { Inflater(true) }
    private val joined = ByteArrayOutputStream()
    private val late = ArrayList<Pair<WsFrameKind, ByteArray>>()
    private var joining: Int? = null
    private var isCompressed = false
    private var hasClosed = false
    private var utf8 = Utf8()

    fun readUntilEnd() {
        try {
            do {
                val goesOn = readFrame()
            } while (goesOn)
        } catch (_: IOException) {
            // The end, in one way or the other.
        } catch (violation: WsProtocolException) {
            if (mistake != SWALLOWS_VIOLATIONS) report(violation)
        }
        inflater?.end()
    }

    private fun report(violation: WsProtocolException) {
        val code = if (mistake == WRONG_VIOLATION_CODE) CloseCode.POLICY_VIOLATION else violation.closeCode
        listener.onViolation(WsProtocolException(code, violation.message.orEmpty()))
        // Until the owner aborts.
        runCatching { input.readAllBytes() }
    }

    private fun readFrame(): Boolean {
        val header = readHeader() ?: return false
        checkHeader(header)
        if (isReserved(header.opcode)) {
            hand(WsFrameKind.BINARY, readPayload(header))
            return true
        }
        if (!header.isControl) beginOrGoOn(header)
        val payload = readPayload(header)
        if (hasClosed && mistake != READS_BEHIND_CLOSE) return true
        if (header.isControl) control(header, payload) else data(header, payload)
        listener.onReadComplete()
        return true
    }

    private fun readHeader(): Header? {
        val first = input.read()
        if (first < 0) return null
        val second = input.readUnsignedByte()
        val short = second and 0x7F
        val size =
            when (short) {
                126 -> input.readUnsignedShort().toLong()
                127 -> input.readLong()
                else -> short.toLong()
            }
        if (hasClosed && mistake != READS_BEHIND_CLOSE) throw EOFException()
        checkLength(short, size)
        val mask = if (second and 0x80 == 0) null else ByteArray(4).also(input::readFully)
        val kept = if (size < 0) size and 0xFFFF else size
        return Header(first and 0xF, first and 0x80 != 0, first shr 4 and 7, mask, kept.toInt())
    }

    private fun checkLength(
        short: Int,
        size: Long,
    ) {
        if (size < 0) demand(TAKES_NEGATIVE_LENGTHS, CloseCode.PROTOCOL_ERROR)
        val least = if (short == 127) 65_536L else 126L
        if (short >= 126 && size in 0 until least) demand(TAKES_LONG_LENGTH_FORMS, CloseCode.PROTOCOL_ERROR)
        if (size > buffers.maxFrameBytes) {
            demand(if (size < Int.MAX_VALUE) HAS_NO_LIMITS else null, CloseCode.MESSAGE_TOO_BIG)
        }
    }

    /** Fails the connection with [code], unless [excuse] is the mistake to be made. */
    private fun demand(
        excuse: Mistake?,
        code: Int,
    ) {
        if (excuse == null || excuse != mistake) throw WsProtocolException(code, "$excuse")
    }

    private fun checkHeader(header: Header) {
        val mayCompress = inflater != null && header.reservedBits == 4 && header.opcode in 1..2
        val isForgiven = inflater != null && mistake == TAKES_RSV1_EVERYWHERE
        if (header.reservedBits != 0 && !mayCompress && !isForgiven) {
            demand(TAKES_RESERVED_BITS, CloseCode.PROTOCOL_ERROR)
        }
        if (header.mask != null) demand(TAKES_MASKED_FRAMES, CloseCode.PROTOCOL_ERROR)
        if (isReserved(header.opcode)) demand(TAKES_RESERVED_OPCODES, CloseCode.PROTOCOL_ERROR)
        if (!header.isControl) return
        if (!header.isFinal) demand(TAKES_FRAGMENTED_CONTROLS, CloseCode.PROTOCOL_ERROR)
        if (header.size > 125) demand(TAKES_LONG_CONTROLS, CloseCode.PROTOCOL_ERROR)
    }

    private fun isReserved(opcode: Int) = opcode in 3..7 || opcode > 10

    private fun beginOrGoOn(header: Header) {
        val begins = header.opcode != WsOpcode.CONTINUATION
        if (begins == (joining != null)) demand(TAKES_BAD_SEQUENCES, CloseCode.PROTOCOL_ERROR)
        if (begins || joining == null) {
            joining = if (begins) header.opcode else WsOpcode.TEXT
            joined.reset()
            utf8 = Utf8()
            isCompressed = header.reservedBits == 4 && inflater != null
            if (mistake == INFLATES_PLAIN_MESSAGES && inflater != null) isCompressed = true
            if (isCompressed && ("server_no_context_takeover" in session.extension.orEmpty() || forgets())) {
                inflater?.reset()
            }
        }
        val before = if (mistake == COUNTS_LIMIT_PER_FRAME) 0 else joined.size()
        if (!isCompressed && before + header.size > buffers.maxMessageBytes) {
            demand(HAS_NO_LIMITS, CloseCode.MESSAGE_TOO_BIG)
        }
    }

    private fun forgets() = mistake == INFLATES_WITHOUT_CONTEXT

    /** Text is looked at as it comes in. */
    private fun readPayload(header: Header): ByteArray {
        val payload = ByteArray(header.size)
        val isPlainText = joining == WsOpcode.TEXT && !isCompressed
        val isEarly = isPlainText && mistake != CHECKS_UTF8_AT_THE_END && mistake != CHECKS_UTF8_PER_FRAME
        var count = 0
        while (count < payload.size) {
            val more = input.read(payload, count, payload.size - count)
            if (more < 0) throw EOFException()
            if (isEarly && !header.isControl && header.mask == null) checkText(payload, count, more)
            count += more
        }
        return if (header.mask == null) payload else ServerFrame.masked(payload, header.mask)
    }

    private fun checkText(
        bytes: ByteArray,
        from: Int,
        size: Int,
    ) {
        if (!utf8.feed(bytes, from, size)) demand(TAKES_BAD_UTF8, CloseCode.INVALID_PAYLOAD)
    }

    private fun control(
        header: Header,
        payload: ByteArray,
    ) {
        when (header.opcode) {
            WsOpcode.CLOSE -> close(payload)
            WsOpcode.PING -> ping(payload)
            else -> hand(WsFrameKind.PONG, payload)
        }
    }

    private fun ping(payload: ByteArray) {
        if (mistake ==
            ANSWERS_PINGS
        ) {
            session.write(WsFrame.pong(WsBytes.wrap(payload.copyOf(minOf(payload.size, 125)))))
        }
        if (mistake == DELIVERS_PINGS_LATE && joining != null) {
            late += WsFrameKind.PING to payload
        } else {
            hand(WsFrameKind.PING, payload)
        }
    }

    private fun close(payload: ByteArray) {
        if (payload.size == 1) demand(TAKES_BAD_CLOSE_CODES, CloseCode.PROTOCOL_ERROR)
        if (payload.size >= 2) {
            val code = (payload[0].toInt() and 0xFF shl 8) or (payload[1].toInt() and 0xFF)
            val allowed = code in 3000..4999 || (code in 1000..1014 && code !in 1004..1006)
            if (!allowed) demand(TAKES_BAD_CLOSE_CODES, CloseCode.PROTOCOL_ERROR)
            val reason = Utf8()
            if (!reason.feed(payload, 2, payload.size - 2) || !reason.isComplete) {
                demand(TAKES_BAD_CLOSE_REASONS, CloseCode.INVALID_PAYLOAD)
            }
        }
        hasClosed = true
        if (mistake == ANSWERS_CLOSE) session.write(WsFrame.close(CloseCode.NORMAL))
        hand(WsFrameKind.CLOSE, payload)
    }

    private fun data(
        header: Header,
        payload: ByteArray,
    ) {
        val kind = if (joining == WsOpcode.TEXT) WsFrameKind.TEXT else WsFrameKind.BINARY
        if (mistake == DELIVERS_FRAGMENTS && !isCompressed) {
            if (header.isFinal) joining = null
            return hand(kind, payload)
        }
        val bytes = if (isCompressed) inflate(payload, header.isFinal) else payload
        if (joining == WsOpcode.TEXT) {
            if (isCompressed || mistake == CHECKS_UTF8_PER_FRAME) checkText(bytes, 0, bytes.size)
            val mustEnd = header.isFinal || mistake == CHECKS_UTF8_PER_FRAGMENT
            if (mustEnd && mistake != CHECKS_UTF8_AT_THE_END && !utf8.isComplete) {
                demand(TAKES_BAD_UTF8, CloseCode.INVALID_PAYLOAD)
            }
        }
        joined.writeBytes(bytes)
        if (header.isFinal) finish(kind)
    }

    private fun finish(kind: WsFrameKind) {
        val whole = joined.toByteArray()
        if (kind == WsFrameKind.TEXT && mistake == CHECKS_UTF8_AT_THE_END) {
            val utf8 = Utf8()
            if (!utf8.feed(whole, 0, whole.size) || !utf8.isComplete) demand(null, CloseCode.INVALID_PAYLOAD)
        }
        joining = null
        joined.reset()
        if (whole.isNotEmpty() || mistake != DROPS_EMPTY_MESSAGES) hand(kind, whole)
        late.forEach { (kind, payload) -> hand(kind, payload) }
        late.clear()
    }

    private fun inflate(
        payload: ByteArray,
        isFinal: Boolean,
    ): ByteArray {
        val inflater = checkNotNull(inflater)
        val out = ByteArrayOutputStream()
        val buffer = ByteArray(64 * 1024)
        val all = if (isFinal) payload + byteArrayOf(0, 0, -1, -1) else payload
        inflater.setInput(all)
        try {
            while (true) {
                val count = inflater.inflate(buffer)
                out.write(buffer, 0, count)
                checkInflated(joined.size().toLong() + out.size())
                if (inflater.finished()) {
                    val rest = inflater.remaining
                    inflater.reset()
                    inflater.setInput(all, all.size - rest, rest)
                } else if (count == 0) {
                    return out.toByteArray()
                }
            }
        } catch (_: DataFormatException) {
            demand(TAKES_BROKEN_DEFLATE, CloseCode.INVALID_PAYLOAD)
            return "broken".toByteArray()
        }
    }

    private fun checkInflated(bytes: Long) {
        if (bytes <= buffers.maxMessageBytes) return
        if (mistake != HAS_NO_LIMITS) demand(LIMITS_COMPRESSED_SIZE, CloseCode.MESSAGE_TOO_BIG)
    }

    private fun hand(
        kind: WsFrameKind,
        payload: ByteArray,
    ) {
        val (shown, bytes) = if (mistake == CONFUSES_FRAMES) confused(kind, payload) else kind to payload
        listener.onFrame(view.give(shown, WsBytes.wrap(bytes)))
    }

    private fun confused(
        kind: WsFrameKind,
        payload: ByteArray,
    ) = when (kind) {
        WsFrameKind.TEXT -> WsFrameKind.BINARY to payload
        WsFrameKind.BINARY -> WsFrameKind.BINARY to payload + 0
        WsFrameKind.PING -> WsFrameKind.PONG to payload
        WsFrameKind.PONG -> WsFrameKind.PING to payload
        WsFrameKind.CLOSE -> WsFrameKind.CLOSE to byteArrayOf(3, 0xF3.toByte())
    }

    /** Tells as early as it can be known, by the platform's decoder. */
    private class Utf8 {
        private val decoder = Charsets.UTF_8.newDecoder()
        private val ignored = CharBuffer.allocate(8192)
        private var rest = ByteArray(0)

        val isComplete get() = rest.isEmpty()

        fun feed(
            bytes: ByteArray,
            from: Int,
            size: Int,
        ): Boolean {
            val source = ByteBuffer.wrap(rest + bytes.copyOfRange(from, from + size))
            while (true) {
                ignored.clear()
                val result = decoder.decode(source, ignored, false)
                if (result.isError) return false
                if (result.isUnderflow) break
            }
            rest = ByteArray(source.remaining()).also(source::get)
            return true
        }
    }
}
