package io.github.belay.codec

/** What a server's answer says to the offer of [WsDeflateConfig]. */
public sealed interface WsDeflateAnswer {
    /** Messages may be compressed, under [parameters]. */
    public class Agreed(
        public val parameters: WsDeflateParameters,
    ) : WsDeflateAnswer {
        override fun toString(): String = "Agreed($parameters)"
    }

    /** No message may be compressed; the connection is good without. */
    public data object Declined : WsDeflateAnswer

    /** The answer breaks a rule, so the handshake fails (RFC 6455 section 4.1). */
    public class Broken(
        /** One line that names the rule, fit for a log: the server's text in it is escaped and cut. */
        public val rule: String,
    ) : WsDeflateAnswer {
        override fun toString(): String = "Broken($rule)"
    }
}
