package io.github.belay.frame

/**
 * The peer broke RFC 6455. [closeCode] is what the Close frame that fails the connection says (section 7.1.7);
 * [message] names the rule and what was found instead.
 */
public class WsProtocolException(
    /** 1002, 1007, 1008 or 1009. */
    public val closeCode: Int,
    message: String,
) : Exception(message)

/** Throws the violation that ends a link. */
internal fun fail(
    closeCode: Int,
    message: String,
): Nothing = throw WsProtocolException(closeCode, message)
