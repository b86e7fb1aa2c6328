package io.github.belay.ktor.internal

import io.github.belay.ktor.TestCertificate
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.net.UnknownHostException
import java.security.cert.CertificateException

class CertificateNamesSpec :
    FunSpec({
        for ((host, pattern) in listOf(
            "example.com" to "example.com",
            "EXAMPLE.com" to "example.COM",
            "example.com." to "example.com",
            "a.example.com" to "*.example.com",
            "A.example.com" to "*.EXAMPLE.com",
            "localhost" to "localhost",
        )) {
            test("$pattern is a name of $host") { CertificateNames.matchesDnsName(host, pattern) shouldBe true }
        }

        for ((host, pattern) in listOf(
            "example.com" to "other.com",
            "example.com" to "example.com.evil.org",
            "example.com" to "",
            "" to "",
            "a.b.example.com" to "*.example.com",
            "example.com" to "*.example.com",
            ".example.com" to "*.example.com",
            "example.com" to "*.com",
            "example.com" to "*",
            "a.example.com" to "a.*.com",
            "ab.example.com" to "a*.example.com",
            "a.example.com" to "*.*.com",
            "example.com" to "example.com\u0000.evil.org",
        )) {
            test("$pattern is not a name of $host") { CertificateNames.matchesDnsName(host, pattern) shouldBe false }
        }

        test("an address is compared as an address, however it is written") {
            val certificate = TestCertificate.selfSigned("dns:localhost,ip:127.0.0.1,ip:::1").certificate
            for (host in listOf("127.0.0.1", "::1", "0:0:0:0:0:0:0:1", "localhost")) {
                CertificateNames.requireIssuedFor(host, certificate)
            }
            for (host in listOf("127.0.0.2", "::2", "example.com")) {
                shouldThrow<CertificateException> { CertificateNames.requireIssuedFor(host, certificate) }
            }
        }

        test("an address in a DNS name counts for nothing") {
            val certificate = TestCertificate.selfSigned("dns:127.0.0.1").certificate
            shouldThrow<CertificateException> { CertificateNames.requireIssuedFor("127.0.0.1", certificate) }
        }

        test("the common name counts for nothing") {
            val certificate = TestCertificate.selfSigned(names = null).certificate
            certificate.subjectX500Principal.name shouldContain "localhost"
            shouldThrow<CertificateException> { CertificateNames.requireIssuedFor("localhost", certificate) }
        }

        test("an IP literal is written as Java's certificates write it, a name without its last dot") {
            IpLiteral.orDnsName("::1") shouldBe "0:0:0:0:0:0:0:1"
            IpLiteral.orDnsName("127.0.0.1") shouldBe "127.0.0.1"
            IpLiteral.orDnsName("example.com.") shouldBe "example.com"
        }

        test("what looks like an address and is none is never looked up") {
            IpLiteral.bytesOf("1.2.3.example") shouldBe null
            shouldThrow<UnknownHostException> { IpLiteral.bytesOf("fe80::zz") }
        }
    })
