package io.github.belay.benchmarks.subject

import io.github.belay.transport.WsTlsConfig
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.util.Base64
import javax.net.ssl.SSLContext
import javax.net.ssl.X509TrustManager

/** Trusts the certificate of this run's server and nothing else. */
class Trust(
    certificate: X509Certificate,
) {
    val config: WsTlsConfig = WsTlsConfig.trusting(listOf(certificate))
    val manager: X509TrustManager = requireNotNull(config.trustManager)
    val context: SSLContext = SSLContext.getInstance("TLS").apply { init(null, arrayOf(manager), null) }

    companion object {
        fun parse(base64: String): Trust {
            val bytes = Base64.getDecoder().decode(base64)
            return Trust(
                CertificateFactory.getInstance("X.509").generateCertificate(bytes.inputStream()) as X509Certificate,
            )
        }
    }
}
