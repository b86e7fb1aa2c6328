package io.github.belay.testing

/** How much a [MockServer] holds for each connection. Throws [IllegalArgumentException] unless both are at least 1. */
public class MockLimits
    @JvmOverloads
    constructor(
        /**
         * Frames that the client has sent and the test has not received. When so many wait, the server takes no more:
         * flushes wait, and the session stops being writable. Default 1024.
         */
        public val maxUnreceivedFrames: Int = DEFAULT_UNRECEIVED,
        /**
         * Frames that the server has sent and the client has not read. When so many wait, sending another one throws
         * [IllegalStateException]. Default 65 536.
         */
        public val maxUndeliveredFrames: Int = DEFAULT_UNDELIVERED,
    ) {
        init {
            require(maxUnreceivedFrames >= 1) { "maxUnreceivedFrames must be >= 1 but was $maxUnreceivedFrames" }
            require(maxUndeliveredFrames >= 1) { "maxUndeliveredFrames must be >= 1 but was $maxUndeliveredFrames" }
        }

        override fun toString(): String =
            "MockLimits(maxUnreceivedFrames=$maxUnreceivedFrames, maxUndeliveredFrames=$maxUndeliveredFrames)"

        private companion object {
            const val DEFAULT_UNRECEIVED = 1024
            const val DEFAULT_UNDELIVERED = 65_536
        }
    }
