package io.github.belay.testing.conformance

import java.io.ByteArrayOutputStream
import java.util.zip.DataFormatException
import java.util.zip.Inflater

/** Reads what a client has compressed (RFC 7692 section 7.2.2), and finds out who kept a context that had to go. */
internal class ClientInflate(
    private val offer: DeflateOffer,
) : AutoCloseable {
    private val inflater = Inflater(true)

    /** The message that [payload] stands for. Throws [DataFormatException] if it stands for none. */
    fun inflate(payload: ByteArray): ByteArray {
        if (offer.clientNoContextTakeover) inflater.reset()
        inflater.setInput(payload + TAIL)
        val out = ByteArrayOutputStream()
        val buffer = ByteArray(BUFFER_BYTES)
        while (true) {
            val count = inflater.inflate(buffer)
            out.write(buffer, 0, count)
            if (out.size() > MAX_MESSAGE_BYTES) throw DataFormatException("more than $MAX_MESSAGE_BYTES bytes")
            when {
                inflater.finished() -> restart(payload)
                inflater.needsDictionary() -> throw DataFormatException("a dictionary is needed")
                count == 0 -> return out.toByteArray()
            }
        }
    }

    /** A block may be marked as the last of its stream (section 7.2.3.4): what follows is the next stream. */
    private fun restart(payload: ByteArray) {
        val rest = inflater.remaining
        inflater.reset()
        val all = payload + TAIL
        inflater.setInput(all, all.size - rest, rest)
    }

    override fun close() {
        inflater.end()
    }

    private companion object {
        val TAIL = byteArrayOf(0, 0, -1, -1)
        const val BUFFER_BYTES = 64 * 1024
        const val MAX_MESSAGE_BYTES = 64 * 1024 * 1024
    }
}
