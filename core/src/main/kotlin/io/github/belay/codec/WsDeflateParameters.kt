package io.github.belay.codec

import io.github.belay.frame.DEFAULT_LEVEL
import io.github.belay.frame.DEFAULT_MIN_BYTES
import io.github.belay.frame.MAX_WINDOW_BITS
import io.github.belay.frame.WINDOW_BITS
import io.github.belay.frame.WsDeflateConfig
import io.github.belay.frame.requireLevelAndMinBytes

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
