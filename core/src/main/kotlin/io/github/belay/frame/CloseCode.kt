package io.github.belay.frame

/**
 * The close codes of RFC 6455 section 7.4 and the IANA registry, and the rules for which of them may cross the wire.
 */
public object CloseCode {
    /** The purpose is fulfilled. */
    public const val NORMAL: Int = 1000

    /** An endpoint goes away: a server stops, a page is left. */
    public const val GOING_AWAY: Int = 1001

    /** The peer broke the protocol. */
    public const val PROTOCOL_ERROR: Int = 1002

    /** A kind of data that the endpoint cannot accept. */
    public const val UNSUPPORTED_DATA: Int = 1003

    /** Never on the wire: stands for a Close frame without a code. */
    public const val NO_STATUS: Int = 1005

    /** Never on the wire: stands for a connection that ended without a Close frame. */
    public const val ABNORMAL: Int = 1006

    /** Text or a close reason that is not UTF-8. */
    public const val INVALID_PAYLOAD: Int = 1007

    /** A message breaks the endpoint's policy. */
    public const val POLICY_VIOLATION: Int = 1008

    /** A message is too big to process. */
    public const val MESSAGE_TOO_BIG: Int = 1009

    /** The client wanted an extension that the server did not negotiate. */
    public const val MANDATORY_EXTENSION: Int = 1010

    /** The server met a condition it did not expect. */
    public const val INTERNAL_ERROR: Int = 1011

    /** The service restarts (IANA registry). */
    public const val SERVICE_RESTART: Int = 1012

    /** The service is overloaded; try again later (IANA registry). */
    public const val TRY_AGAIN_LATER: Int = 1013

    /** A gateway got an invalid answer (IANA registry). */
    public const val BAD_GATEWAY: Int = 1014

    /** Never on the wire: stands for a failed TLS handshake. */
    public const val TLS_HANDSHAKE: Int = 1015

    private val registered = NORMAL..BAD_GATEWAY
    private val reserved = setOf(1004, NO_STATUS, ABNORMAL)
    private val libraryAndPrivate = 3000..4999

    /**
     * True if [code] may stand in a Close frame, sent or received: the registered codes without the reserved ones, 3000
     * to 3999 for libraries and 4000 to 4999 for private use (RFC 6455 sections 7.4.1 and 7.4.2).
     */
    @JvmStatic
    public fun isAllowedOnWire(code: Int): Boolean =
        code in libraryAndPrivate || (code in registered && code !in reserved)
}
