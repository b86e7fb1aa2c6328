package io.github.belay.frame

/**
 * What a client asks for when it offers to compress messages, permessage-deflate of RFC 7692; immutable. The server may
 * decline, and the connection then works without.
 *
 * **What it costs.** `java.util.zip` keeps its state outside the heap: some 40 KiB from the first compressed message
 * received, some 260 KiB from the first one sent, until the link ends.
 *
 * **What it cannot do.** The JDK's compressor always uses a window of 32 KiB. So `client_max_window_bits`, by which a
 * client lets the server reduce it, is never offered, and a server that answers with it breaks section 7.1.2.2.
 * Decompressing works for every window.
 *
 * **When not to use it.** The length of a compressed message tells about its content. Over TLS too, who can put text of
 * his own into a message beside a secret can find the secret (section 8; the attack is called CRIME).
 *
 * @property serverNoContextTakeover true demands that the server forgets each message before it compresses the next
 *   (RFC 7692 section 7.1.1.1), which costs it size and saves it memory; false by default, and the server may do so
 *   unasked.
 * @property clientNoContextTakeover true makes the client do so, whatever the server answers (section 7.1.1.2); false
 *   by default, and the server may demand it unasked.
 * @property serverMaxWindowBits demands that the server refers back by at most 2 to this power of bytes (section
 *   7.1.2.1), 9 to 15; null, the default, asks for nothing, which is 15. The section allows 8 too, but zlib, on which
 *   most servers run, cannot compress so, and such an offer would be declined.
 * @property level how hard to try, as zlib counts: 0 stores, 1 is fastest, 9 is smallest; 6 by default, as in zlib.
 * @property minBytes payload bytes below which a message is sent as it is, at least 0; 1024 by default. Small messages
 *   gain little and may grow, and their delay is what their sender notices.
 * @throws IllegalArgumentException when a value is out of its range
 */
public class WsDeflateConfig
    @JvmOverloads
    constructor(
        public val serverNoContextTakeover: Boolean = false,
        public val clientNoContextTakeover: Boolean = false,
        public val serverMaxWindowBits: Int? = null,
        public val level: Int = DEFAULT_LEVEL,
        public val minBytes: Int = DEFAULT_MIN_BYTES,
    ) {
        init {
            require(serverMaxWindowBits == null || serverMaxWindowBits in ZLIB_WINDOW_BITS) {
                "serverMaxWindowBits must be null or in $ZLIB_WINDOW_BITS but was $serverMaxWindowBits"
            }
            requireLevelAndMinBytes(level, minBytes)
        }

        /** The value of the header `Sec-WebSocket-Extensions` that makes this offer. */
        public fun offer(): String =
            listOfNotNull(
                PERMESSAGE_DEFLATE,
                SERVER_NO_CONTEXT_TAKEOVER.takeIf { serverNoContextTakeover },
                CLIENT_NO_CONTEXT_TAKEOVER.takeIf { clientNoContextTakeover },
                serverMaxWindowBits?.let { "$SERVER_MAX_WINDOW_BITS=$it" },
            ).joinToString("; ")

        override fun toString(): String = "WsDeflateConfig(${offer()}, level=$level, minBytes=$minBytes)"

        private companion object {
            /** RFC 7692 section 7.1.2.1 says 8 to 15. */
            val ZLIB_WINDOW_BITS = 9..15
        }
    }

// Names of RFC 7692 sections 7 and 7.1.
internal const val PERMESSAGE_DEFLATE = "permessage-deflate"
internal const val SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover"
internal const val CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover"
internal const val SERVER_MAX_WINDOW_BITS = "server_max_window_bits"
internal const val CLIENT_MAX_WINDOW_BITS = "client_max_window_bits"

/** A window of 32 KiB, the largest there is, and what is meant where nothing is said. */
internal const val MAX_WINDOW_BITS = 15

/** RFC 7692 section 7.1.2. */
internal val WINDOW_BITS = 8..MAX_WINDOW_BITS

internal const val DEFAULT_LEVEL = 6
internal const val DEFAULT_MIN_BYTES = 1024
private val LEVELS = 0..9

internal fun requireLevelAndMinBytes(
    level: Int,
    minBytes: Int,
) {
    require(level in LEVELS) { "level must be in $LEVELS but was $level" }
    require(minBytes >= 0) { "minBytes must be at least 0 but was $minBytes" }
}
