package io.github.belay.frame

import java.nio.ByteBuffer

/**
 * A run of bytes inside an array, without a copy of its own.
 *
 * Immutable by contract: whoever makes one with [wrap] gives the array away and does not write to it afterwards.
 * Safe to share between threads. [toString] shows the size only, so payloads do not reach a log by accident.
 */
public class WsBytes private constructor(
    private val array: ByteArray,
    private val offset: Int,
    /** Length in bytes. */
    public val size: Int,
) {
    /** The byte at [index] of this slice. Throws [IndexOutOfBoundsException] outside `0 until size`. */
    public operator fun get(index: Int): Byte {
        if (index !in 0 until size) throw IndexOutOfBoundsException("index must be in 0 until $size but was $index")
        return array[offset + index]
    }

    /** A slice of the same array, from [fromIndex] to before [toIndex], counted from the start of this slice. */
    public fun slice(
        fromIndex: Int,
        toIndex: Int,
    ): WsBytes {
        require(fromIndex in 0..toIndex && toIndex <= size) {
            "slice must lie in 0..$size but was $fromIndex..$toIndex"
        }
        return WsBytes(array, offset + fromIndex, toIndex - fromIndex)
    }

    /** Copies all bytes to [destination], starting at [destinationOffset]. */
    @JvmOverloads
    public fun copyInto(
        destination: ByteArray,
        destinationOffset: Int = 0,
    ) {
        array.copyInto(destination, destinationOffset, offset, offset + size)
    }

    /** A copy of the bytes. */
    public fun toByteArray(): ByteArray = array.copyOfRange(offset, offset + size)

    /** A read-only buffer over the same bytes, positioned at their start. */
    public fun asByteBuffer(): ByteBuffer = ByteBuffer.wrap(array, offset, size).slice().asReadOnlyBuffer()

    /** The bytes decoded as UTF-8; malformed input becomes U+FFFD. */
    public fun decodeToString(): String = String(array, offset, size, Charsets.UTF_8)

    /**
     * The bytes as an array that may be this slice's own: no copy when the slice covers its whole array. For transports
     * that hand arrays on; the result must not be written to.
     */
    public fun asByteArray(): ByteArray = if (offset == 0 && size == array.size) array else toByteArray()

    /** True if the bytes can follow what [validator] was fed before. */
    internal fun continuesUtf8(validator: Utf8Validator): Boolean = validator.feed(ByteBuffer.wrap(array), offset, size)

    /**
     * Calls [use] with the array, where the slice begins in it, and its length; for code that copies in its own way.
     */
    internal inline fun <T> withArray(use: (array: ByteArray, offset: Int, size: Int) -> T): T =
        use(array, offset, size)

    /** True if [other] has the same bytes in the same order. */
    override fun equals(other: Any?): Boolean =
        other is WsBytes &&
            java.util.Arrays.equals(array, offset, offset + size, other.array, other.offset, other.offset + other.size)

    override fun hashCode(): Int {
        var hash = 1
        for (index in offset until offset + size) hash = HASH_FACTOR * hash + array[index]
        return hash
    }

    override fun toString(): String = "WsBytes($size bytes)"

    /** Makes slices. */
    public companion object {
        private const val HASH_FACTOR = 31

        /** No bytes. */
        @JvmField
        public val EMPTY: WsBytes = WsBytes(ByteArray(0), 0, 0)

        /** A slice over [size] bytes of [array] from [offset], without a copy: the caller gives the array away. */
        @JvmStatic
        @JvmOverloads
        public fun wrap(
            array: ByteArray,
            offset: Int = 0,
            size: Int = array.size - offset,
        ): WsBytes {
            require(offset >= 0 && size >= 0 && offset <= array.size - size) {
                "slice must lie in an array of ${array.size} bytes but was $size bytes from $offset"
            }
            return WsBytes(array, offset, size)
        }

        /** A slice over a copy of [bytes]. */
        @JvmStatic
        public fun copyOf(bytes: ByteArray): WsBytes = WsBytes(bytes.copyOf(), 0, bytes.size)
    }
}
