package io.github.belay.transport

/** What the server's verified 101 response said. */
public class WsHandshake(
    /** Its header lines. */
    public val headers: WsHeaders,
    /** The subprotocol chosen from those offered; null when the server chose none. */
    public val subprotocol: String?,
) {
    /** Whether a subprotocol was chosen, not which: some servers take credentials there. */
    override fun toString(): String = "WsHandshake(subprotocol=${if (subprotocol == null) "none" else "***"})"
}
