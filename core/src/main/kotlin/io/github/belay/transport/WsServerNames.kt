package io.github.belay.transport

import java.net.InetAddress
import java.net.UnknownHostException
import java.security.cert.CertificateException
import java.security.cert.X509Certificate

/**
 * The name check that a TLS client owes its user (RFC 6125, RFC 9110 section 4.3.4), for transports whose TLS library
 * checks names not at all or less strictly: only subject alternative names count, the common name never does, and a
 * certificate without such names is for nobody. Nothing here asks a name service.
 */
public object WsServerNames {
    private const val DNS_NAME = 2
    private const val IP_ADDRESS = 7
    private const val OCTET = "(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
    private val v4 = Regex("""$OCTET(\.$OCTET){3}""")

    /** Throws [CertificateException] unless [certificate] was issued for [host], a DNS name or an IP literal. */
    @JvmStatic
    @Throws(CertificateException::class)
    public fun requireIssuedFor(
        host: String,
        certificate: X509Certificate,
    ) {
        val names = certificate.subjectAlternativeNames.orEmpty()
        val address = bytesOrNull(host)
        val matches =
            if (address == null) {
                names.ofType(DNS_NAME).any { matchesDnsName(host, it) }
            } else {
                names.ofType(IP_ADDRESS).any { bytesOrNull(it).contentEquals(address) }
            }
        if (!matches) {
            val all = names.ofType(DNS_NAME) + names.ofType(IP_ADDRESS)
            val issuedFor = all.joinToString().ifEmpty { "no name at all" }
            throw CertificateException("the certificate must be issued for $host but is issued for $issuedFor")
        }
    }

    /**
     * The address that [host] is, if it is an IP literal without a zone; null if it is a name. Throws
     * [IllegalArgumentException] for what has the colon of an IPv6 address, or a `%`, and is none.
     */
    @JvmStatic
    public fun addressOf(host: String): InetAddress? {
        val bytes = bytesOrNull(host)
        require(bytes != null || (':' !in host && '%' !in host)) {
            "host must be a name or an IP address without a zone: $host"
        }
        return bytes?.let(InetAddress::getByAddress)
    }

    /**
     * True if [pattern] names [host]: letter for letter without case, or with `*` as its whole left-most label, which
     * stands for exactly one label and leaves at least two (RFC 6125 section 6.4.3).
     */
    internal fun matchesDnsName(
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

    // A colon cannot stand in a DNS name, so what has one is looked at as an address, which never asks a name service.
    private fun bytesOrNull(text: String): ByteArray? {
        if ('%' in text || (':' !in text && !v4.matches(text))) return null
        return try {
            InetAddress.getByName(text).address
        } catch (_: UnknownHostException) {
            null
        }
    }

    private fun Collection<List<*>>.ofType(type: Int): List<String> =
        filter { it.firstOrNull() == type }.mapNotNull { it.getOrNull(1) as? String }
}
