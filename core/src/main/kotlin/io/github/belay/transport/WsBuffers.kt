package io.github.belay.transport

/**
 * Limits of one link, in bytes. Every transport honours all four or refuses the request when it is made. What it
 * buffers by itself, of frames that were not asked for yet and of frames that are flushed, comes on top and stands in
 * `docs/transports.md`.
 *
 * Throws [IllegalArgumentException], naming field and value, unless all are at least 1, [maxFrameBytes] is at least 125
 * (a control frame) and `maxWriteBufferBytes >= writeBufferBytes`.
 */
public class WsBuffers
    @JvmOverloads
    constructor(
        /**
         * Payload of one frame as it stands on the wire; a larger one ends the link with close code 1009. Default 16
         * MiB.
         */
        public val maxFrameBytes: Int = DEFAULT_MAX_BYTES,
        /** Payload of one message, all fragments together; a larger one ends the link with 1009. Default 16 MiB. */
        public val maxMessageBytes: Int = DEFAULT_MAX_BYTES,
        /** Bytes that the writer hands over before it flushes. Default 128 KiB. */
        public val writeBufferBytes: Int = DEFAULT_WRITE_BYTES,
        /** Bytes handed over and not yet flushed, beyond which the session is not writable. Default 256 KiB. */
        public val maxWriteBufferBytes: Int = DEFAULT_MAX_WRITE_BYTES,
    ) {
        init {
            require(maxFrameBytes >= MIN_FRAME_BYTES) {
                "maxFrameBytes must be >= $MIN_FRAME_BYTES but was $maxFrameBytes"
            }
            require(maxMessageBytes >= 1) { "maxMessageBytes must be >= 1 but was $maxMessageBytes" }
            require(writeBufferBytes >= 1) { "writeBufferBytes must be >= 1 but was $writeBufferBytes" }
            require(maxWriteBufferBytes >= writeBufferBytes) {
                "maxWriteBufferBytes must be >= writeBufferBytes ($writeBufferBytes) but was $maxWriteBufferBytes"
            }
        }

        override fun toString(): String =
            "WsBuffers(maxFrameBytes=$maxFrameBytes, maxMessageBytes=$maxMessageBytes, " +
                "writeBufferBytes=$writeBufferBytes, maxWriteBufferBytes=$maxWriteBufferBytes)"

        private companion object {
            const val MIN_FRAME_BYTES = 125
            const val DEFAULT_MAX_BYTES = 16 * 1024 * 1024
            const val DEFAULT_WRITE_BYTES = 128 * 1024
            const val DEFAULT_MAX_WRITE_BYTES = 256 * 1024
        }
    }
