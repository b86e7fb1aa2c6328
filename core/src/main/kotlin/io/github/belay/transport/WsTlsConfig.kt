package io.github.belay.transport

import java.security.KeyStore
import java.security.cert.X509Certificate
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/**
 * Whom a `wss` connection trusts. Safe by default: chain and host name are checked and a doubt ends the attempt.
 *
 * A private server is reached with [trusting]. [insecure] checks nothing, for one connection, and is warned about in
 * the log at every connect.
 */
public class WsTlsConfig private constructor(
    /** False skips the checks of chain and host name. */
    public val validateCerts: Boolean,
    /** Decides about chains; null means the platform's trust. */
    public val trustManager: X509TrustManager?,
) {
    override fun toString(): String = "WsTlsConfig(validateCerts=$validateCerts, customTrust=${trustManager != null})"

    /** Makes configurations. */
    public companion object {
        /** The platform's trust, chain and host name checked. */
        @JvmField
        public val DEFAULT: WsTlsConfig = WsTlsConfig(validateCerts = true, trustManager = null)

        /**
         * Only chains that end in one of [certificates], host name checked. Throws [IllegalArgumentException] if empty.
         */
        @JvmStatic
        public fun trusting(certificates: Collection<X509Certificate>): WsTlsConfig {
            require(certificates.isNotEmpty()) { "certificates must not be empty" }
            val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null, null) }
            certificates.forEachIndexed { index, certificate ->
                store.setCertificateEntry("trusted-$index", certificate)
            }
            val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
            factory.init(store)
            return trusting(factory.trustManagers.filterIsInstance<X509TrustManager>().first())
        }

        /** Chains that [trustManager] accepts, host name checked. */
        @JvmStatic
        public fun trusting(trustManager: X509TrustManager): WsTlsConfig =
            WsTlsConfig(validateCerts = true, trustManager = trustManager)

        /** No check at all: anybody on the path can read and change everything. Warned about at every connect. */
        @JvmStatic
        public fun insecure(): WsTlsConfig = WsTlsConfig(validateCerts = false, trustManager = null)
    }
}
