package io.github.belay.testing.server

import io.github.belay.transport.WsTlsConfig
import java.math.BigInteger
import java.net.InetAddress
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.SecureRandom
import java.security.Signature
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.security.spec.ECGenParameterSpec
import java.time.Duration
import java.time.Instant
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext

/** What a `wss` server on this machine shows, and how a client comes to trust it. Immutable. */
public class LoopbackTls(
    /** For the server. */
    public val serverContext: SSLContext,
    /** For the client. */
    public val clientTrust: WsTlsConfig,
) {
    /** Makes throw-away identities: a new key each time, and nothing is written to disk. */
    public companion object {
        private const val SERIAL_BITS = 64
        private const val SAN_DNS = 0x82
        private const val SAN_ADDRESS = 0x87
        private const val EXPLICIT_VERSION = 0xA0
        private const val EXPLICIT_EXTENSIONS = 0xA3
        private const val VERSION_3 = 2L
        private const val ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
        private const val COMMON_NAME = "2.5.4.3"
        private const val SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"
        private val day = Duration.ofDays(1)

        /**
         * A certificate that signs itself, for [hosts] (names and IP literals), valid from [from] until [until], and the
         * trust that accepts it and nothing else. Another host or another time makes one that a client must refuse.
         */
        @JvmStatic
        @JvmOverloads
        public fun selfSigned(
            hosts: List<String> = listOf("localhost", "127.0.0.1", "::1"),
            from: Instant = Instant.now().minus(day),
            until: Instant = Instant.now().plus(day),
        ): LoopbackTls {
            val keys =
                KeyPairGenerator
                    .getInstance(
                        "EC",
                    ).apply { initialize(ECGenParameterSpec("secp256r1")) }
                    .generateKeyPair()
            val certificate = certificate(keys, hosts, from, until)
            val store = KeyStore.getInstance("PKCS12").apply { load(null, null) }
            store.setKeyEntry("server", keys.private, CharArray(0), arrayOf(certificate))
            val factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
            factory.init(store, CharArray(0))
            val context = SSLContext.getInstance("TLS").apply { init(factory.keyManagers, null, null) }
            return LoopbackTls(context, WsTlsConfig.trusting(listOf(certificate)))
        }

        /** RFC 5280 section 4.1. */
        private fun certificate(
            keys: KeyPair,
            hosts: List<String>,
            from: Instant,
            until: Instant,
        ): X509Certificate {
            val algorithm = Der.sequence(Der.objectId(ECDSA_WITH_SHA256))
            val name = Der.sequence(Der.set(Der.sequence(Der.objectId(COMMON_NAME), Der.utf8String("loopback"))))
            val extensions =
                Der.sequence(
                    Der.sequence(Der.objectId(SUBJECT_ALTERNATIVE_NAME), Der.octetString(names(hosts))),
                )
            val body =
                Der.sequence(
                    Der.tagged(EXPLICIT_VERSION, Der.integer(BigInteger.valueOf(VERSION_3))),
                    Der.integer(BigInteger(SERIAL_BITS, SecureRandom()).setBit(0)),
                    algorithm,
                    name,
                    Der.sequence(Der.time(from), Der.time(until)),
                    name,
                    keys.public.encoded,
                    Der.tagged(EXPLICIT_EXTENSIONS, extensions),
                )
            val signature = Signature.getInstance("SHA256withECDSA").apply { initSign(keys.private) }
            signature.update(body)
            val whole = Der.sequence(body, algorithm, Der.bitString(signature.sign()))
            return CertificateFactory.getInstance("X.509").generateCertificate(whole.inputStream()) as X509Certificate
        }

        private fun names(hosts: List<String>): ByteArray = Der.sequence(*hosts.map(::generalName).toTypedArray())

        private fun generalName(host: String): ByteArray =
            if (host.contains(':') || host.all { it.isDigit() || it == '.' }) {
                Der.tagged(SAN_ADDRESS, InetAddress.getByName(host).address)
            } else {
                Der.tagged(SAN_DNS, host.toByteArray(Charsets.US_ASCII))
            }
    }
}
