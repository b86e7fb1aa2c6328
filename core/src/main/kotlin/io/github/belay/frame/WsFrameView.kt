package io.github.belay.frame

import java.nio.ByteBuffer

/**
 * A **borrowed** look at one message, valid only until the call that was given it returns.
 *
 * A transport keeps one view for each link and points it at each frame in turn, so a read burst allocates nothing. Who
 * wants to keep the message calls [toFrame], which copies the payload once, or not at all when the transport gave its
 * array away. After the call the view shows something else, or throws. Not thread-safe.
 */
public class WsFrameView {
    private var shown: WsFrameKind? = null
    private var buffer: ByteBuffer = EMPTY
    private var offset = 0
    private var length = 0

    /** True when nobody will write again to the array behind [buffer]. */
    private var isGiven = false

    /** The same bytes where they were given as such; else made when somebody asks for them. */
    private var given: WsBytes? = null

    /** Which kind of message this is. Throws [IllegalStateException] once the view is taken back, as all below does. */
    public val kind: WsFrameKind get() = checkNotNull(shown) { GONE }

    /** Payload length in bytes. */
    public val size: Int
        get() {
            checkShown()
            return length
        }

    /** The payload byte at [index]. Throws [IndexOutOfBoundsException] outside `0 until size`. */
    public operator fun get(index: Int): Byte {
        checkShown()
        if (index !in 0 until length) throw IndexOutOfBoundsException("index must be in 0 until $length but was $index")
        return buffer.get(offset + index)
    }

    /** A copy of the payload, or the transport's own array when it gave that away. */
    public fun toBytes(): WsBytes {
        checkShown()
        if (isGiven) {
            return given ?: WsBytes.wrap(buffer.array(), buffer.arrayOffset() + offset, length).also { given = it }
        }
        val copy = ByteArray(length)
        buffer.get(offset, copy)
        return WsBytes.wrap(copy)
    }

    /** Copies [count] bytes of the payload from [fromIndex] on to [destination], starting at [destinationOffset]. */
    @JvmOverloads
    public fun copyInto(
        destination: ByteArray,
        destinationOffset: Int = 0,
        fromIndex: Int = 0,
        count: Int = size - fromIndex,
    ) {
        checkShown()
        if (fromIndex < 0 || count < 0 || fromIndex > length - count) {
            throw IndexOutOfBoundsException("range must lie in 0..$length but was $count bytes from $fromIndex")
        }
        buffer.get(offset + fromIndex, destination, destinationOffset, count)
    }

    /** A frame that may be kept. Text is trusted to be UTF-8: whoever lends a text view has checked it. */
    public fun toFrame(): WsFrame =
        when (kind) {
            WsFrameKind.TEXT -> WsFrame.Text(WsText.unchecked(toBytes()))
            WsFrameKind.BINARY -> WsFrame.Binary(toBytes())
            WsFrameKind.PING -> WsFrame.Ping(toBytes())
            WsFrameKind.PONG -> WsFrame.Pong(toBytes())
            WsFrameKind.CLOSE -> WsFrame.Close(WsCloseFrame.parse(toBytes()))
        }

    /**
     * The payload decoded as UTF-8; malformed input becomes U+FFFD. Nothing but the string is allocated up to 16 KiB.
     */
    public fun decodeToString(): String {
        checkShown()
        if (buffer.hasArray()) {
            return String(buffer.array(), buffer.arrayOffset() + offset, length, Charsets.UTF_8)
        }
        val bytes = if (length <= MAX_SCRATCH_BYTES) scratch.get() else ByteArray(length)
        buffer.get(offset, bytes, 0, length)
        return String(bytes, 0, length, Charsets.UTF_8)
    }

    /**
     * For transports: points this view at [size] bytes of [buffer] from absolute index [offset]. The bytes stay the
     * transport's. Text must have been checked, Close payloads too.
     */
    public fun lend(
        kind: WsFrameKind,
        buffer: ByteBuffer,
        offset: Int,
        size: Int,
    ): WsFrameView {
        require(offset >= 0 && size >= 0 && offset <= buffer.limit() - size) {
            "payload must lie in a buffer of ${buffer.limit()} bytes but was $size bytes from $offset"
        }
        show(kind, buffer, offset, size)
        return this
    }

    /** [lend] for a caller who knows that the range lies in the buffer. */
    internal fun show(
        kind: WsFrameKind,
        buffer: ByteBuffer,
        offset: Int,
        size: Int,
    ) {
        // A reference is written only where it changes, for each write runs the collector's barrier: 1 to 2 ns of 19.
        if (shown !== kind) shown = kind
        if (this.buffer !== buffer) this.buffer = buffer
        this.offset = offset
        length = size
        isGiven = false
        if (given != null) given = null
    }

    /** For transports: points this view at [bytes] and gives them away, so that [toFrame] need not copy. */
    public fun give(
        kind: WsFrameKind,
        bytes: WsBytes,
    ): WsFrameView {
        bytes.withArray { array, offset, size -> give(kind, ByteBuffer.wrap(array, offset, size)) }
        given = bytes
        return this
    }

    /**
     * For transports whose library has a buffer over the array already: points this view at what remains in [buffer]
     * and gives its array away. Throws [IllegalArgumentException] unless [buffer] lies over an array that can be
     * written to.
     */
    public fun give(
        kind: WsFrameKind,
        buffer: ByteBuffer,
    ): WsFrameView {
        require(buffer.hasArray()) { "buffer must lie over an array but was $buffer" }
        show(kind, buffer, buffer.position(), buffer.remaining())
        isGiven = true
        return this
    }

    /** For transports: takes the view back; every use from now on throws [IllegalStateException]. */
    public fun takeBack() {
        shown = null
        buffer = EMPTY
        offset = 0
        length = 0
        isGiven = false
        given = null
    }

    /** Says of the same bytes that they are of another [kind]. */
    internal fun relabel(kind: WsFrameKind) {
        shown = kind
    }

    /** True if the bytes can follow what [validator] was fed before. */
    internal fun continuesUtf8(validator: Utf8Validator): Boolean = validator.feed(buffer, offset, length)

    /** Calls [use] with a buffer and where in it the bytes are; nothing of the buffer may be changed. */
    internal inline fun <T> withBuffer(use: (buffer: ByteBuffer, offset: Int, size: Int) -> T): T =
        use(buffer, offset, length)

    override fun toString(): String = if (shown == null) "WsFrameView(taken back)" else "$shown($length bytes)"

    private fun checkShown() {
        check(shown != null) { GONE }
    }

    private companion object {
        const val GONE = "a borrowed frame view was used after its call returned"
        val EMPTY: ByteBuffer = ByteBuffer.allocate(0)

        /** Text of direct buffers passes through here on its way to a string; one for each thread that decodes. */
        const val MAX_SCRATCH_BYTES = 16 * 1024
        val scratch: ThreadLocal<ByteArray> = ThreadLocal.withInitial { ByteArray(MAX_SCRATCH_BYTES) }
    }
}
