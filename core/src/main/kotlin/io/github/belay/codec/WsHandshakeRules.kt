package io.github.belay.codec

import io.github.belay.frame.MAX_HEADER_LINES
import io.github.belay.frame.WsDeflateConfig
import io.github.belay.frame.forLog
import java.security.MessageDigest
import java.security.SecureRandom
import java.util.Base64
import java.util.random.RandomGenerator

/**
 * What a client has to make and to check in the opening handshake (RFC 6455 section 4.1), for a transport whose library
 * leaves it out. Pure but for the randomness of [newKey]; safe from any thread.
 */
public object WsHandshakeRules {
    private const val KEY_BYTES = 16
    private const val ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    private const val SWITCHING_PROTOCOLS = 101
    private val secure = SecureRandom()

    /** A fresh `Sec-WebSocket-Key`: 16 bytes of [random], which is a [SecureRandom] outside tests, in Base64. */
    @JvmStatic
    @JvmOverloads
    public fun newKey(random: RandomGenerator = secure): String {
        val nonce = ByteArray(KEY_BYTES)
        random.nextBytes(nonce)
        return Base64.getEncoder().encodeToString(nonce)
    }

    /** The `Sec-WebSocket-Accept` that answers [key] (RFC 6455 section 4.2.2, item 5.4). */
    @JvmStatic
    public fun acceptOf(key: String): String {
        // SHA-1 is what the RFC fixes; it proves that the server read this key and protects nothing.
        val digest = MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SUFFIX).toByteArray(Charsets.ISO_8859_1))
        return Base64.getEncoder().encodeToString(digest)
    }

    /**
     * Null if the server agreed to the upgrade, else one line that names the rule it broke, fit for a log: the server's
     * text is escaped and cut, and subprotocols stay out, since some servers take credentials there.
     *
     * [headers] are the lines of the answer in order; [key] and [offeredSubprotocols] are what the request said.
     * [httpVersion] is that of the answer, such as `HTTP/1.1`, or null where the library does not show it.
     * [offeredDeflate] is what the request offered in compression; [WsDeflateRules.verify] then tells what was agreed
     * on. With null no extension was offered, so none may be in use.
     */
    @JvmStatic
    @JvmOverloads
    public fun verify(
        status: Int,
        headers: List<Map.Entry<String, String>>,
        key: String,
        offeredSubprotocols: List<String>,
        httpVersion: String? = null,
        offeredDeflate: WsDeflateConfig? = null,
    ): String? =
        verifyLineCount(headers)
            ?: verifyStatus(status, httpVersion)
            ?: verifyUpgrade(headers)
            ?: verifyConnection(headers)
            ?: verifyAccept(headers, key)
            ?: verifyExtensions(headers, offeredDeflate)
            ?: verifySubprotocol(headers, offeredSubprotocols)

    /** RFC 9110 section 5.4: a limit of ours. */
    private fun verifyLineCount(headers: List<Map.Entry<String, String>>): String? =
        if (headers.size <= MAX_HEADER_LINES) {
            null
        } else {
            "header lines must be at most $MAX_HEADER_LINES but are ${headers.size}"
        }

    /** RFC 9110 section 7.8: an older HTTP cannot switch protocols. */
    private fun verifyStatus(
        status: Int,
        httpVersion: String?,
    ): String? =
        when {
            status != SWITCHING_PROTOCOLS -> "status must be 101 but was $status"
            httpVersion == null || httpVersion == "HTTP/1.1" -> null
            else -> "HTTP version must be HTTP/1.1 but was ${httpVersion.forLog()}"
        }

    /** RFC 6455 section 4.1, answer item 2: `websocket` and nothing else. */
    private fun verifyUpgrade(headers: List<Map.Entry<String, String>>): String? {
        val protocols = headers.elements("Upgrade")
        val agreed = protocols.isNotEmpty() && protocols.all { it.equals("websocket", ignoreCase = true) }
        return if (agreed) null else "Upgrade must be websocket but was ${protocols.forLog()}"
    }

    /** RFC 6455 section 4.1, answer item 3: `upgrade` among others. */
    private fun verifyConnection(headers: List<Map.Entry<String, String>>): String? {
        val options = headers.elements("Connection")
        val agreed = options.any { it.equals("upgrade", ignoreCase = true) }
        return if (agreed) null else "Connection must have the token upgrade but was ${options.forLog()}"
    }

    /** RFC 6455 section 4.1, answer item 4, and section 11.3.3: once, and made of our key. */
    private fun verifyAccept(
        headers: List<Map.Entry<String, String>>,
        key: String,
    ): String? {
        val accepts = headers.lines("Sec-WebSocket-Accept")
        return when {
            accepts.size != 1 -> "Sec-WebSocket-Accept must stand once but stands ${accepts.size} times"
            accepts.single() != acceptOf(key) -> "Sec-WebSocket-Accept must be made of the key but is not"
            else -> null
        }
    }

    /** RFC 6455 section 4.1, answer item 5: none that was not offered. */
    private fun verifyExtensions(
        headers: List<Map.Entry<String, String>>,
        offeredDeflate: WsDeflateConfig?,
    ): String? {
        if (offeredDeflate != null) {
            return (WsDeflateRules.verify(headers, offeredDeflate) as? WsDeflateAnswer.Broken)?.rule
        }
        val extensions = headers.elements(EXTENSIONS_HEADER)
        return if (extensions.isEmpty()) null else "no extension was offered but the answer has ${extensions.forLog()}"
    }

    /** RFC 6455 section 4.1, answer item 6, and section 11.3.4: at most one, and one of those offered, case and all. */
    private fun verifySubprotocol(
        headers: List<Map.Entry<String, String>>,
        offered: List<String>,
    ): String? {
        val chosen = headers.lines("Sec-WebSocket-Protocol")
        return when {
            chosen.size > 1 -> "Sec-WebSocket-Protocol must stand at most once but stands ${chosen.size} times"
            chosen.all { it in offered } -> null
            else -> "Sec-WebSocket-Protocol must be one of the ${offered.size} offered but is not"
        }
    }
}

internal const val EXTENSIONS_HEADER = "Sec-WebSocket-Extensions"

/** The values of all lines of [name], without the white space around them. */
internal fun List<Map.Entry<String, String>>.lines(name: String): List<String> =
    filter { it.key.equals(name, ignoreCase = true) }.map { it.value.trim(' ', '\t') }

/** The elements of the list that all lines of [name] make; empty ones do not count (RFC 9110 section 5.6.1). */
private fun List<Map.Entry<String, String>>.elements(name: String): List<String> =
    lines(name).flatMap { it.split(',') }.map { it.trim(' ', '\t') }.filter { it.isNotEmpty() }

private fun List<String>.forLog(): String = if (isEmpty()) "absent" else joinToString().forLog()
