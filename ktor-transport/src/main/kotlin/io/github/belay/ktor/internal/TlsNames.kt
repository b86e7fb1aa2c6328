package io.github.belay.ktor.internal

import io.github.belay.transport.WsServerNames
import java.security.cert.X509Certificate

/** The names that Ktor's TLS compares, which it does letter by letter. */
internal object TlsNames {
    private val namesAndAddresses = listOf(2, 7)

    /** A name that [certificate] is issued for, a leading wildcard label filled in; null if there is none. */
    fun anyName(certificate: X509Certificate): String? {
        val names = certificate.subjectAlternativeNames.orEmpty()
        return namesAndAddresses.firstNotNullOfOrNull { type ->
            names.firstOrNull { it[0] == type }?.let { it[1] as? String }?.replaceFirst("*.", "any.")
        }
    }

    /**
     * [host] as a Java certificate writes it, if it is an IP literal: IPv6 in full, so that a comparison of text works;
     * else [host] without the dot of an absolute name, which must not stand in SNI (RFC 6066 section 3).
     */
    fun addressOrName(host: String): String = WsServerNames.addressOf(host)?.hostAddress ?: host.removeSuffix(".")
}
