package io.github.belay.codec

import io.github.belay.frame.CLIENT_MAX_WINDOW_BITS
import io.github.belay.frame.CLIENT_NO_CONTEXT_TAKEOVER
import io.github.belay.frame.MAX_WINDOW_BITS
import io.github.belay.frame.PERMESSAGE_DEFLATE
import io.github.belay.frame.SERVER_MAX_WINDOW_BITS
import io.github.belay.frame.SERVER_NO_CONTEXT_TAKEOVER
import io.github.belay.frame.WINDOW_BITS
import io.github.belay.frame.WsDeflateConfig
import io.github.belay.frame.forLog

/**
 * What a client has to check in the answer to its offer of compression (RFC 7692 sections 5 and 7.1). Pure; safe from
 * any thread; throws nothing, whatever the server's text is.
 */
public object WsDeflateRules {
    /** What [headers], the lines of the 101 answer in order, say to the offer [offered]. */
    @JvmStatic
    public fun verify(
        headers: List<Map.Entry<String, String>>,
        offered: WsDeflateConfig,
    ): WsDeflateAnswer {
        val extensions =
            headers.lines(EXTENSIONS_HEADER).flatMap { line ->
                ExtensionParser(line).parse() ?: return broken("$EXTENSIONS_HEADER must be a list of extensions", line)
            }
        val foreign = extensions.firstOrNull { it.name != PERMESSAGE_DEFLATE }
        return when {
            extensions.isEmpty() -> WsDeflateAnswer.Declined
            foreign != null -> broken("the only extension that was offered is $PERMESSAGE_DEFLATE", foreign.name)
            extensions.size > 1 -> broken("$PERMESSAGE_DEFLATE must stand once", "${extensions.size} times there")
            else -> judged(extensions.single().parameters, offered)
        }
    }

    private fun judged(
        parameters: List<ExtensionParameter>,
        offered: WsDeflateConfig,
    ): WsDeflateAnswer {
        val rule =
            duplicate(parameters)
                ?: parameters.firstNotNullOfOrNull { brokenBy(it, offered) }
                ?: missing(parameters, offered)
        return if (rule != null) WsDeflateAnswer.Broken(rule) else WsDeflateAnswer.Agreed(agreed(parameters, offered))
    }

    /** RFC 7692 section 7.1: no parameter stands twice. */
    private fun duplicate(parameters: List<ExtensionParameter>): String? {
        val seen = HashSet<String>()
        val second = parameters.firstOrNull { !seen.add(it.name) } ?: return null
        return "${second.name.forLog()} must stand once but stands again"
    }

    /** RFC 7692 section 7.1: no parameter is unknown, has a value that is not defined for it, or was not asked for. */
    private fun brokenBy(
        parameter: ExtensionParameter,
        offered: WsDeflateConfig,
    ): String? =
        when (parameter.name) {
            // Sections 7.1.1.1 and 7.1.1.2: a server may say either unasked.
            SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER -> {
                parameter.value?.let { "${parameter.name} must have no value but has ${it.forLog()}" }
            }

            SERVER_MAX_WINDOW_BITS -> {
                brokenByWindow(parameter.value, offered.serverMaxWindowBits ?: MAX_WINDOW_BITS)
            }

            // Section 7.1.2.2: only a client that offered it can be told to.
            CLIENT_MAX_WINDOW_BITS -> {
                "$CLIENT_MAX_WINDOW_BITS must not be answered as it was not offered"
            }

            else -> {
                "$PERMESSAGE_DEFLATE must have only parameters of RFC 7692 but has ${parameter.name.forLog()}"
            }
        }

    /** RFC 7692 section 7.1.2.1: the same as offered or smaller, and a server may say so unasked. */
    private fun brokenByWindow(
        value: String?,
        limit: Int,
    ): String? {
        val bits = windowBits(value)
        return when {
            bits == null -> "$SERVER_MAX_WINDOW_BITS must be in $WINDOW_BITS but is ${value?.forLog() ?: "nothing"}"
            bits > limit -> "$SERVER_MAX_WINDOW_BITS must be at most $limit as offered but is $bits"
            else -> null
        }
    }

    /** RFC 7692 section 7.1.2.1: a decimal number without leading zeros. */
    private fun windowBits(value: String?): Int? = WINDOW_BITS.firstOrNull { it.toString() == value }

    /** RFC 7692 sections 7.1.1.1 and 7.1.2.1: a server that cannot do what was asked for declines the whole offer. */
    private fun missing(
        parameters: List<ExtensionParameter>,
        offered: WsDeflateConfig,
    ): String? =
        when {
            offered.serverNoContextTakeover && SERVER_NO_CONTEXT_TAKEOVER !in parameters -> SERVER_NO_CONTEXT_TAKEOVER
            offered.serverMaxWindowBits != null && SERVER_MAX_WINDOW_BITS !in parameters -> SERVER_MAX_WINDOW_BITS
            else -> null
        }?.let { "$it must be answered as it was offered but is absent" }

    private fun agreed(
        parameters: List<ExtensionParameter>,
        offered: WsDeflateConfig,
    ) = WsDeflateParameters(
        serverNoContextTakeover = SERVER_NO_CONTEXT_TAKEOVER in parameters,
        // Section 7.1.1.2: what the client said of itself holds without the server's word.
        clientNoContextTakeover = offered.clientNoContextTakeover || CLIENT_NO_CONTEXT_TAKEOVER in parameters,
        serverMaxWindowBits =
            windowBits(parameters.firstOrNull { it.name == SERVER_MAX_WINDOW_BITS }?.value) ?: MAX_WINDOW_BITS,
        level = offered.level,
        minBytes = offered.minBytes,
    )

    private operator fun List<ExtensionParameter>.contains(name: String): Boolean = any { it.name == name }

    private fun broken(
        rule: String,
        found: String,
    ) = WsDeflateAnswer.Broken("$rule but the answer has ${found.forLog()}")
}
