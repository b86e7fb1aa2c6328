package io.github.belay.codec

/**
 * What client and server agreed on for the compressed messages of one link (RFC 7692 section 7.1), with what only the
 * sender decides; immutable. A client gets it from [WsDeflateRules.verify].
 *
 * @property serverNoContextTakeover true if the server compresses every message without reference to earlier ones.
 * @property clientNoContextTakeover true if the client does so.
 * @property serverMaxWindowBits the server refers back by at most 2 to this power of bytes; 8 to 15, 15 by default.
 * @property level as in [WsDeflateConfig.level].
 * @property minBytes as in [WsDeflateConfig.minBytes].
 * @throws IllegalArgumentException when a value is out of its range
 */
public class WsDeflateParameters
    @JvmOverloads
    constructor(
        public val serverNoContextTakeover: Boolean = false,
        public val clientNoContextTakeover: Boolean = false,
        public val serverMaxWindowBits: Int = MAX_WINDOW_BITS,
        public val level: Int = DEFAULT_LEVEL,
        public val minBytes: Int = DEFAULT_MIN_BYTES,
    ) {
        init {
            require(serverMaxWindowBits in WINDOW_BITS) {
                "serverMaxWindowBits must be in $WINDOW_BITS but was $serverMaxWindowBits"
            }
            requireLevelAndMinBytes(level, minBytes)
        }

        /** True if [sender] begins every compressed message with an empty window. */
        internal fun noContextTakeover(sender: WsSide): Boolean =
            when (sender) {
                WsSide.CLIENT -> clientNoContextTakeover
                WsSide.SERVER -> serverNoContextTakeover
            }

        override fun toString(): String =
            "WsDeflateParameters(serverNoContextTakeover=$serverNoContextTakeover, " +
                "clientNoContextTakeover=$clientNoContextTakeover, serverMaxWindowBits=$serverMaxWindowBits, " +
                "level=$level, minBytes=$minBytes)"
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
