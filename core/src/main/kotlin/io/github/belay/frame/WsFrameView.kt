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

    /** Set when the bytes are an array of their own that nobody will write to again. */
    private var given: WsBytes? = null

    /** Payload length in bytes. */
    public var size: Int = 0
        private set

    /** Which kind of message this is. Throws [IllegalStateException] once the view is taken back. */
    public val kind: WsFrameKind get() = checkNotNull(shown) { "a borrowed frame view was used after its call returned" }

    /** The payload byte at [index]. */
    public operator fun get(index: Int): Byte {
        check(shown != null) { "a borrowed frame view was used after its call returned" }
        if (index !in 0 until size) throw IndexOutOfBoundsException("index must be in 0 until $size but was $index")
        return buffer.get(offset + index)
    }

    /** A copy of the payload, or the transport's own array when it gave that away. */
    public fun toBytes(): WsBytes {
        check(shown != null) { "a borrowed frame view was used after its call returned" }
        given?.let { return it }
        val copy = ByteArray(size)
        buffer.get(offset, copy)
        return WsBytes.wrap(copy)
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

    /** The payload decoded as UTF-8, straight from the buffer where that has an array. */
    public fun decodeToString(): String {
        check(shown != null) { "a borrowed frame view was used after its call returned" }
        return if (buffer.hasArray()) {
            String(buffer.array(), buffer.arrayOffset() + offset, size, Charsets.UTF_8)
        } else {
            toBytes().decodeToString()
        }
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
        shown = kind
        this.buffer = buffer
        this.offset = offset
        this.size = size
        given = null
        return this
    }

    /** For transports: points this view at [bytes] and gives them away, so that [toFrame] need not copy. */
    public fun give(
        kind: WsFrameKind,
        bytes: WsBytes,
    ): WsFrameView {
        lend(kind, bytes.asByteBuffer(), 0, bytes.size)
        given = bytes
        return this
    }

    /** For transports: takes the view back; every use from now on throws [IllegalStateException]. */
    public fun takeBack() {
        shown = null
        given = null
        buffer = EMPTY
        offset = 0
        size = 0
    }

    override fun toString(): String = if (shown == null) "WsFrameView(taken back)" else "$shown($size bytes)"

    private companion object {
        val EMPTY: ByteBuffer = ByteBuffer.allocate(0).asReadOnlyBuffer()
    }
}
