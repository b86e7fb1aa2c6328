package io.github.belay.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import javax.net.ssl.X509TrustManager

class WsTlsConfigSpec :
    FunSpec({
        test("the default checks, with the trust of the platform") {
            WsTlsConfig.DEFAULT.validateCerts shouldBe true
            WsTlsConfig.DEFAULT.trustManager.shouldBeNull()
        }

        test("trusting certificates trusts these and no others, and goes on checking") {
            val config = WsTlsConfig.trusting(listOf(selfSigned))
            config.validateCerts shouldBe true
            config.trustManager
                ?.acceptedIssuers
                .orEmpty()
                .toList() shouldContainExactly listOf(selfSigned)
        }

        test("trusting nobody is a mistake, not a way to trust the platform") {
            shouldThrow<IllegalArgumentException> { WsTlsConfig.trusting(emptyList()) }.message shouldBe
                "certificates must not be empty"
        }

        test("a trust manager is taken as it is, and the host name goes on being checked") {
            val config = WsTlsConfig.trusting(TrustsNobody)
            config.validateCerts shouldBe true
            config.trustManager shouldBeSameInstanceAs TrustsNobody
        }

        test("only insecure switches the checks off, and says so") {
            WsTlsConfig.insecure().validateCerts shouldBe false
            WsTlsConfig.insecure().toString() shouldBe "WsTlsConfig(validateCerts=false, customTrust=false)"
            WsTlsConfig.trusting(TrustsNobody).toString() shouldBe "WsTlsConfig(validateCerts=true, customTrust=true)"
        }
    })

private object TrustsNobody : X509TrustManager {
    override fun checkClientTrusted(
        chain: Array<X509Certificate>,
        authType: String,
    ): Unit = error("trusts nobody")

    override fun checkServerTrusted(
        chain: Array<X509Certificate>,
        authType: String,
    ): Unit = error("trusts nobody")

    override fun getAcceptedIssuers(): Array<X509Certificate> = emptyArray()
}

/** Made for this test: CN=belay test, its key thrown away. */
private val selfSigned: X509Certificate =
    """
    -----BEGIN CERTIFICATE-----
    MIIBQjCB6aADAgECAggSsFodoNC4eDAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpi
    ZWxheSB0ZXN0MCAXDTI2MTEyMTA5MzU0NFoYDzIxMjYxMDI4MDkzNTQ0WjAVMRMw
    EQYDVQQDEwpiZWxheSB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2xET
    JRlwQFTJSJL7+qCDDVnleiF1B9iFOc626+kcJTT+v9e1Qh/+CGFMcb8LzsKxTpgW
    TLG7l0RqvBooUVizsaMhMB8wHQYDVR0OBBYEFCgT98qO4csaLV4xEkgEczsxmYj+
    MAoGCCqGSM49BAMCA0gAMEUCID+VPEawbICEbTrc4vdkj5L5/X1XW9drtPzdeNBI
    mNvHAiEA5M2zkM1iczJ1bVlkpFyZxg9yIBBEUgnEkGtvcsCdSjo=
    -----END CERTIFICATE-----
    """.trimIndent().byteInputStream().use {
        CertificateFactory.getInstance("X.509").generateCertificate(it) as X509Certificate
    }
