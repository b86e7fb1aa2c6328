package io.github.belay.ktor.internal

import io.github.belay.transport.WsServerNames
import io.github.belay.transport.WsTlsConfig
import java.security.KeyStore
import java.security.cert.CertificateException
import java.security.cert.X509Certificate
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/**
 * Trusts the chains that [chains] trusts, and of those only the ones issued for [host].
 *
 * Ktor's own name check lets a certificate without alternative names pass, and it does not tell its trust manager the
 * host; so each host has a manager, and a client, of its own.
 */
internal class HostBoundTrust(
    private val host: String,
    private val chains: X509TrustManager,
) : X509TrustManager {
    override fun checkServerTrusted(
        chain: Array<out X509Certificate>,
        authType: String,
    ) {
        chains.checkServerTrusted(chain, authType)
        // The platform does not ask a certificate that is trusted by itself, not by its issuer, for its dates.
        chain.first().checkValidity()
        WsServerNames.requireIssuedFor(host, chain.first())
    }

    override fun checkClientTrusted(
        chain: Array<out X509Certificate>,
        authType: String,
    ): Unit = throw CertificateException("this is the trust of a client: it does not judge clients")

    override fun getAcceptedIssuers(): Array<X509Certificate> = chains.acceptedIssuers
}

/**
 * Trusts everybody ([WsTlsConfig.insecure]) and remembers what the last server called itself.
 *
 * Ktor's name check cannot be turned off. What can be chosen is the name that it looks for, so a server whose
 * certificate is for another name is reached by asking it for that one.
 */
internal class BlindTrust : X509TrustManager {
    /** A name of the last certificate seen; null before one with a name. Written by handshakes. */
    @Volatile
    var nameSeen: String? = null
        private set

    override fun checkServerTrusted(
        chain: Array<out X509Certificate>,
        authType: String,
    ) {
        nameSeen = TlsNames.anyName(chain.first())
    }

    override fun checkClientTrusted(
        chain: Array<out X509Certificate>,
        authType: String,
    ): Unit = throw CertificateException("this is the trust of a client: it does not judge clients")

    override fun getAcceptedIssuers(): Array<X509Certificate> = emptyArray()
}

/** The trust of the platform, read once. */
internal object PlatformTrust {
    val manager: X509TrustManager by lazy {
        val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
        factory.init(null as KeyStore?)
        factory.trustManagers.filterIsInstance<X509TrustManager>().first()
    }
}
