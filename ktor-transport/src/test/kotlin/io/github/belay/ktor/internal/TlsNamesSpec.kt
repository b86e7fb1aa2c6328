package io.github.belay.ktor.internal

import io.github.belay.testing.wire.TestCertificate
import io.github.belay.transport.WsServerNames
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.security.cert.CertificateException

class TlsNamesSpec :
    FunSpec({
        test("an address is compared as an address, however it is written") {
            val certificate = TestCertificate.selfSigned("dns:localhost,ip:127.0.0.1,ip:::1").certificate
            for (host in listOf("127.0.0.1", "::1", "0:0:0:0:0:0:0:1", "localhost")) {
                WsServerNames.requireIssuedFor(host, certificate)
            }
            for (host in listOf("127.0.0.2", "::2", "example.com")) {
                shouldThrow<CertificateException> { WsServerNames.requireIssuedFor(host, certificate) }
            }
        }

        test("an address in a DNS name counts for nothing") {
            val certificate = TestCertificate.selfSigned("dns:127.0.0.1").certificate
            shouldThrow<CertificateException> { WsServerNames.requireIssuedFor("127.0.0.1", certificate) }
        }

        test("the common name counts for nothing") {
            val certificate = TestCertificate.selfSigned(names = null).certificate
            certificate.subjectX500Principal.name shouldContain "localhost"
            shouldThrow<CertificateException> { WsServerNames.requireIssuedFor("localhost", certificate) }
        }

        test("an IP literal is written as Java's certificates write it, a name without its last dot") {
            TlsNames.addressOrName("::1") shouldBe "0:0:0:0:0:0:0:1"
            TlsNames.addressOrName("127.0.0.1") shouldBe "127.0.0.1"
            TlsNames.addressOrName("example.com.") shouldBe "example.com"
        }

        test("a certificate is known by one of its names, a wildcard filled in") {
            TlsNames.anyName(TestCertificate.selfSigned("dns:*.example,ip:127.0.0.1").certificate) shouldBe
                "any.example"
            TlsNames.anyName(TestCertificate.selfSigned("ip:127.0.0.1").certificate) shouldBe "127.0.0.1"
            TlsNames.anyName(TestCertificate.selfSigned(names = null).certificate) shouldBe null
        }
    })
