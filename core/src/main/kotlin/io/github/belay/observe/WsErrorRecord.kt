package io.github.belay.observe

import io.github.belay.frame.forLog

/** One of the last errors of a connection. [toString] is fit for a log. */
public class WsErrorRecord internal constructor(
    /** Where: `server`, or the name of the function, `parse` for instance, or of the step of the connection. */
    public val context: String,
    /** The server's own code for it; null where there is none. */
    public val code: Int?,
    /**
     * The server's words, not escaped; of what user code threw only the type, for its message may hold secrets. At most
     * 1024 bytes as UTF-8.
     */
    public val text: String,
    /** How long ago, when the snapshot was taken. */
    public val ageMillis: Long,
) {
    override fun toString(): String {
        val number = code?.let { " $it" }.orEmpty()
        return "$context$number: ${text.forLog()} ($ageMillis ms ago)"
    }
}
