package io.github.belay.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.InetAddress

/** Which names a certificate's names stand for. The transports test the check of whole certificates. */
class WsServerNamesSpec :
    FunSpec({
        for ((host, pattern) in listOf(
            "example.com" to "example.com",
            "EXAMPLE.com" to "example.COM",
            "example.com." to "example.com",
            "a.example.com" to "*.example.com",
            "A.example.com" to "*.EXAMPLE.com",
            "localhost" to "localhost",
        )) {
            test("$pattern is a name of $host") { WsServerNames.matchesDnsName(host, pattern) shouldBe true }
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
            test("$pattern is not a name of $host") { WsServerNames.matchesDnsName(host, pattern) shouldBe false }
        }

        test("an IP literal is its address, however it is written, and a name is none") {
            WsServerNames.addressOf("127.0.0.1") shouldBe InetAddress.getByAddress(byteArrayOf(127, 0, 0, 1))
            WsServerNames.addressOf("::1") shouldBe WsServerNames.addressOf("0:0:0:0:0:0:0:1")
            WsServerNames.addressOf("localhost") shouldBe null
            WsServerNames.addressOf("1.2.3.example") shouldBe null
            WsServerNames.addressOf("1.2.3.256") shouldBe null
        }

        test("what looks like an address and is none is never looked up") {
            for (host in listOf("fe80::zz", "fe80::1%lo", "a%b")) {
                shouldThrow<IllegalArgumentException> { WsServerNames.addressOf(host) }.message shouldBe
                    "host must be a name or an IP address without a zone: $host"
            }
        }
    })
