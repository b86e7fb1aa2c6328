package io.github.belay.ktor.internal

import java.net.InetAddress
import java.security.cert.CertificateException
import java.security.cert.X509Certificate

/**
 * The name check that a TLS client owes its user (RFC 6125, RFC 9110 section 4.3.4), strict: only subject alternative
 * names count, the common name never does, and a certificate without such names is for nobody.
 */
internal object CertificateNames {
    private const val DNS_NAME = 2
    private const val IP_ADDRESS = 7

    /** Throws [CertificateException] unless [certificate] was issued for [host], a DNS name or an IP literal. */
    fun requireIssuedFor(
        host: String,
        certificate: X509Certificate,
    ) {
        val names = certificate.subjectAlternativeNames.orEmpty()
        val address = IpLiteral.bytesOf(host)
        val matches =
            if (address == null) {
                names.ofType(DNS_NAME).any { matchesDnsName(host, it) }
            } else {
                names.ofType(IP_ADDRESS).any { IpLiteral.bytesOf(it).contentEquals(address) }
            }
        if (!matches) {
            val issuedFor =
                (
                    names.ofType(
                        DNS_NAME,
                    ) + names.ofType(IP_ADDRESS)
                ).joinToString().ifEmpty { "no name at all" }
            throw CertificateException("the certificate must be issued for $host but is issued for $issuedFor")
        }
    }

    /** A name that [certificate] is issued for, a leading wildcard label filled in; null if there is none. */
    fun anyName(certificate: X509Certificate): String? {
        val names = certificate.subjectAlternativeNames.orEmpty()
        return names.ofType(DNS_NAME).firstOrNull()?.replaceFirst("*.", "any.")
            ?: names.ofType(IP_ADDRESS).firstOrNull()
    }

    /**
     * True if [pattern] names [host]: letter for letter without case, or with `*` as its whole left-most label, which
     * stands for exactly one label and leaves at least two (RFC 6125 section 6.4.3).
     */
    fun matchesDnsName(
        host: String,
        pattern: String,
    ): Boolean {
        val name = host.removeSuffix(".")
        val wanted = pattern.removeSuffix(".")
        if (!wanted.startsWith("*.")) return name.isNotEmpty() && name.equals(wanted, ignoreCase = true)
        val parent = wanted.removePrefix("*.")
        return '.' in parent && '*' !in parent && '.' in name && name.substringBefore('.').isNotEmpty() &&
            name.substringAfter('.').equals(parent, ignoreCase = true)
    }

    private fun Collection<List<*>>.ofType(type: Int): List<String> =
        filter { it.firstOrNull() == type }.mapNotNull { it.getOrNull(1) as? String }
}

/** IP addresses as URLs and certificates write them. Nothing here asks a name service. */
internal object IpLiteral {
    private const val OCTET = "(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
    private val v4 = Regex("""$OCTET(\.$OCTET){3}""")

    /** The bytes of [text] if it is an IP literal, else null. */
    fun bytesOf(text: String): ByteArray? = if (isLiteral(text)) InetAddress.getByName(text).address else null

    /**
     * [host] as a Java certificate writes it, if it is an IP literal: IPv6 in full, so that a comparison of text works;
     * else [host] without the dot of an absolute name, which must not stand in SNI (RFC 6066 section 3).
     */
    fun orDnsName(host: String): String =
        if (isLiteral(host)) InetAddress.getByName(host).hostAddress else host.removeSuffix(".")

    // A colon cannot stand in a DNS name, so what has one is looked at as an address or refused, never looked up.
    private fun isLiteral(text: String): Boolean = ':' in text || v4.matches(text)
}
