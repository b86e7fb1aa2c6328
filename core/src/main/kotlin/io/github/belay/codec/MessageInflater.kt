package io.github.belay.codec

import io.github.belay.frame.CloseCode
import io.github.belay.frame.fail
import java.nio.ByteBuffer
import java.util.zip.DataFormatException
import java.util.zip.Inflater

/**
 * Decompresses the messages that one peer sends (RFC 7692 section 7.2.2), piece by piece as they arrive.
 *
 * A message is any number of [inflate] and one [finish]. Nothing is buffered here: output goes to an [InflatedBytes] as
 * soon as there is some, so what a small input can grow to is bounded by that sink. Windows of every size are
 * understood. What is not DEFLATE data is violation 1007; after a violation, the sink's among them, only [close] may
 * follow. A message that ends too early is noticed at once without context takeover, and otherwise when the next makes
 * no sense.
 *
 * Holds some 40 KiB outside the heap from the first compressed message to [close]. Not thread-safe: one instance
 * belongs to the reading side of one link.
 */
internal class MessageInflater(
    /** True if the peer begins every message with an empty window (RFC 7692 section 7.1.1). */
    private val noContextTakeover: Boolean,
) : AutoCloseable {
    /** Null until the first compressed message and after [close]. */
    private var inflater: Inflater? = null
    private var isClosed = false

    /** True until a byte of the message under way has come. */
    private var isEmpty = true

    /** True while it holds memory outside the heap. */
    val isOpen: Boolean get() = inflater != null

    /** Decompresses [piece] from its position, which moves to its limit, into [output]. The piece is not kept. */
    fun inflate(
        piece: ByteBuffer,
        output: InflatedBytes,
    ) {
        if (piece.hasRemaining()) isEmpty = false
        feed(opened(), piece, output)
    }

    /** Ends the message: puts what is left of it into [output] and makes ready for the next. */
    fun finish(output: InflatedBytes) {
        val zlib = opened()
        // RFC 7692 section 7.2.3.6: the empty message has one byte.
        if (isEmpty) fail(CloseCode.INVALID_PAYLOAD, "$RULE but has no bytes")
        isEmpty = true
        // Behind a final block stands an empty one by the rules, and its sender may have forgotten it: nothing is
        // missing.
        if (!zlib.finished()) feed(zlib, ByteBuffer.wrap(if (noContextTakeover) TAIL_AND_END else TAIL), output)
        if (noContextTakeover && !zlib.finished()) fail(CloseCode.INVALID_PAYLOAD, "$RULE but ends inside a block")
    }

    /** Gives the memory outside the heap back. Later calls do nothing; any other function throws from now on. */
    override fun close() {
        isClosed = true
        inflater?.end()
        inflater = null
    }

    private fun opened(): Inflater {
        check(!isClosed) { "the inflater must not be used after it was closed" }
        return inflater ?: Inflater(RAW).also { inflater = it }
    }

    private fun feed(
        zlib: Inflater,
        piece: ByteBuffer,
        output: InflatedBytes,
    ) {
        try {
            resume(zlib, piece)
            do {
                val room = output.room()
                val asked = room.remaining()
                check(asked > 0) { "the room for inflated bytes must not be empty" }
                val count = zlib.inflate(room)
                if (count > 0) output.added(count)
                // Every round fills the room, which the sink does not allow for ever, or has taken a final block.
            } while (count == asked || (zlib.finished() && resume(zlib, piece)))
            // Cannot be, as raw data asks for no dictionary; if it were, the rest would be lost in silence.
            if (piece.hasRemaining()) fail(CloseCode.INVALID_PAYLOAD, "$RULE but asks for a dictionary")
        } catch (broken: DataFormatException) {
            fail(CloseCode.INVALID_PAYLOAD, "$RULE but is not: ${broken.message}")
        } finally {
            zlib.setInput(NOTHING)
        }
    }

    /**
     * Lets [zlib] go on with [piece]; false if nothing of it is left. A final block ends a stream but not a message
     * (RFC 7692 sections 7.2.1 and 7.2.3.4), and what follows, of this message or the next, is a stream of its own. It
     * begins with an empty window, as it does with every sender that runs on zlib.
     */
    private fun resume(
        zlib: Inflater,
        piece: ByteBuffer,
    ): Boolean {
        if (!piece.hasRemaining()) return false
        if (zlib.finished()) zlib.reset()
        zlib.setInput(piece)
        return true
    }

    private companion object {
        /** No header and no checksum around the data. */
        const val RAW = true
        const val RULE = "a compressed message must be DEFLATE data (RFC 7692 section 7.2.2)"
        val NOTHING = ByteArray(0)

        /** What every sender cuts off: the rest of an empty block. */
        val TAIL = byteArrayOf(0, 0, -1, -1)

        /**
         * The tail and a final, empty block. It is seen as that only between two blocks, so it tells whether the
         * message was whole. It empties the window, so it is only for messages after which that is due anyway.
         */
        val TAIL_AND_END = byteArrayOf(0, 0, -1, -1, 1, 0, 0, -1, -1)
    }
}
