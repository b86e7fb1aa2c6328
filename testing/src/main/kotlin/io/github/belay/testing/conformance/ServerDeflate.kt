package io.github.belay.testing.conformance

import java.io.ByteArrayOutputStream
import java.util.zip.Deflater

/**
 * Compresses messages as RFC 7692 section 7.2.1 says.
 *
 * The platform's compressor always has a window of 32 KiB. A smaller one is kept by making it forget all it has seen
 * whenever a window is full: then nothing refers farther back than that.
 */
internal class ServerDeflate(
    private val offer: DeflateOffer,
    level: Int = Deflater.DEFAULT_COMPRESSION,
    strategy: Int = Deflater.DEFAULT_STRATEGY,
) {
    // Its memory outside the heap goes with it, by the platform's cleaner.
    private val deflater = Deflater(level, true).apply { setStrategy(strategy) }
    private val windowBytes = 1 shl (offer.serverMaxWindowBits ?: MAX_WINDOW_BITS)
    private val forgets = windowBytes < 1 shl MAX_WINDOW_BITS

    /** Bytes since it last forgot. */
    private var remembered = 0

    /** The payload that stands for [message]. */
    fun compress(message: ByteArray): ByteArray {
        val compressed = compressUntrimmed(message)
        val size = compressed.size - TAIL_BYTES
        // Section 7.2.3.6: nothing at all is one empty block.
        return if (size <= 0) byteArrayOf(0) else compressed.copyOf(size)
    }

    /** As [compress], with the four bytes that section 7.2.1 has removed. */
    fun compressUntrimmed(message: ByteArray): ByteArray {
        if (offer.serverNoContextTakeover) forget()
        val out = ByteArrayOutputStream()
        var from = 0
        while (forgets && message.size - from > windowBytes - remembered) {
            val chunk = windowBytes - remembered
            deflate(message, from, chunk, Deflater.FULL_FLUSH, out)
            from += chunk
            remembered = 0
        }
        remembered += message.size - from
        deflate(message, from, message.size - from, Deflater.SYNC_FLUSH, out)
        return out.toByteArray()
    }

    private fun forget() {
        deflater.reset()
        remembered = 0
    }

    private fun deflate(
        message: ByteArray,
        from: Int,
        size: Int,
        flush: Int,
        out: ByteArrayOutputStream,
    ) {
        deflater.setInput(message, from, size)
        val buffer = ByteArray(BUFFER_BYTES)
        do {
            val count = deflater.deflate(buffer, 0, buffer.size, flush)
            out.write(buffer, 0, count)
            // The first call may do no more than take note of the strategy.
        } while (count == buffer.size || !deflater.needsInput())
    }

    internal companion object {
        const val MAX_WINDOW_BITS = 15

        /** Bytes at the end of what a flush yields, which are not sent (section 7.2.1). */
        const val TAIL_BYTES = 4
        private const val BUFFER_BYTES = 64 * 1024

        /** [message] as one stream that ends, with the empty block that then has to follow (section 7.2.3.5). */
        fun finished(message: ByteArray): ByteArray {
            val deflater = Deflater(Deflater.DEFAULT_COMPRESSION, true)
            deflater.setInput(message)
            deflater.finish()
            val out = ByteArray(message.size + BUFFER_BYTES)
            val size = deflater.deflate(out)
            deflater.end()
            return out.copyOf(size + 1)
        }
    }
}
