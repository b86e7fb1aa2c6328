package io.github.belay.observe

import io.github.belay.lifecycle.WsConnectionStatus

/**
 * Whether a connection can do its work at this moment, and why not.
 *
 * It can while it is ready. A peer that is gone without a word is noticed by heartbeat, silence or missing data, and the
 * connection is unhealthy from then on until another link is ready; how long that may take is for the settings of these.
 */
public class WsHealth internal constructor(
    /** Where the connection stood. */
    public val status: WsConnectionStatus,
    /** Why it is unhealthy, the cause of the last loss included; null while it is healthy. Fit for a log. */
    public val reason: String?,
    /** Pings missed in a row on the current link, still fewer than its heartbeat allows. */
    public val missedPongs: Int,
    /** How long ago anything came in on the current link; -1 without one. */
    public val inboundAgeMillis: Long,
    /** How long ago data came in on the current link, or that became ready; -1 without one. */
    public val dataAgeMillis: Long,
    /** True while a slow consumer holds reading back, so that nothing can be known of the peer. */
    public val isReadingPaused: Boolean,
) {
    /** True if there is no [reason] why not. */
    public val isHealthy: Boolean get() = reason == null

    override fun toString(): String =
        "WsHealth(status=$status, reason=$reason, missedPongs=$missedPongs, inboundAgeMillis=$inboundAgeMillis, " +
            "dataAgeMillis=$dataAgeMillis, isReadingPaused=$isReadingPaused)"
}
