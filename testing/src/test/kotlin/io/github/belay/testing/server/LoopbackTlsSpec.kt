package io.github.belay.testing.server

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.security.cert.CertificateExpiredException
import java.security.cert.CertificateNotYetValidException
import java.security.cert.X509Certificate
import java.time.Instant

private fun LoopbackTls.certificate(): X509Certificate =
    requireNotNull(clientTrust.trustManager).acceptedIssuers.single()

class LoopbackTlsSpec :
    FunSpec({
        test("names its hosts as names and addresses") {
            val certificate = LoopbackTls.selfSigned(listOf("a.example", "127.0.0.1", "::1")).certificate()
            certificate.subjectAlternativeNames.map { it.toList() } shouldContainExactly
                listOf(listOf(2, "a.example"), listOf(7, "127.0.0.1"), listOf(7, "0:0:0:0:0:0:0:1"))
        }

        test("signs itself, with a new key each time") {
            val certificate = LoopbackTls.selfSigned().certificate()
            certificate.verify(certificate.publicKey)
            certificate.publicKey shouldNotBe LoopbackTls.selfSigned().certificate().publicKey
            certificate.checkValidity()
        }

        test("is valid in the time asked for, in this century's form and in the long one") {
            val from = Instant.parse("2049-12-31T23:59:59Z")
            val until = Instant.parse("2050-01-01T00:00:00Z")
            val certificate = LoopbackTls.selfSigned(from = from, until = until).certificate()
            certificate.notBefore.toInstant() shouldBe from
            certificate.notAfter.toInstant() shouldBe until
        }

        test("can be expired, or not yet valid") {
            val past = LoopbackTls.selfSigned(from = Instant.EPOCH, until = Instant.EPOCH.plusSeconds(1))
            shouldThrow<CertificateExpiredException> { past.certificate().checkValidity() }
            val farAway = Instant.parse("2500-01-01T00:00:00Z")
            val future = LoopbackTls.selfSigned(from = farAway, until = farAway.plusSeconds(1))
            shouldThrow<CertificateNotYetValidException> { future.certificate().checkValidity() }
        }
    })
