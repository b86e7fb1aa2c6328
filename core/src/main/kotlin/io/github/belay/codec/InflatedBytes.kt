package io.github.belay.codec

import java.nio.ByteBuffer

/** Where decompressed bytes go, a bounded piece at a time, so that a limit is noticed before it is far exceeded. */
internal interface InflatedBytes {
    /**
     * Room for the next bytes, from position to limit: at least one byte, and not many more than the message may still
     * have. What of it is used says [added]; the buffer's position means nothing afterwards.
     */
    fun room(): ByteBuffer

    /** The first [count] bytes of the last [room] are filled, at least one. Throws if they are too many. */
    fun added(count: Int)
}
