package io.github.belay.testing.wire

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsTlsConfig
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

abstract class TlsScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        fun echo(certificate: TestCertificate) =
            RawServer(certificate.serverContext) {
                accept()
                send(textFrame(readFrame().text))
                drain()
            }

        fun RawServer.shouldCarry(
            host: String,
            tls: WsTlsConfig,
        ): Unit = subject.shouldCarry(this, host, tls)

        fun RawServer.shouldFail(
            host: String,
            tls: WsTlsConfig,
        ): String = subject.shouldFail(this, host, tls)

        test("a trusted certificate for the host carries a link, by name and by address") {
            val certificate = TestCertificate.selfSigned()
            val trust = WsTlsConfig.trusting(listOf(certificate.certificate))
            echo(certificate).use { it.shouldCarry("localhost", trust) }
            echo(certificate).use { it.shouldCarry("127.0.0.1", trust) }
        }

        test("a certificate of nobody trusted is refused") {
            echo(TestCertificate.selfSigned()).use {
                it.shouldFail("localhost", WsTlsConfig.DEFAULT) shouldContain
                    "PKIX"
            }
        }

        test("an expired certificate is refused") {
            val certificate = TestCertificate.expired()
            val trust = WsTlsConfig.trusting(listOf(certificate.certificate))
            echo(certificate).use { it.shouldFail("localhost", trust) shouldContain "NotAfter" }
        }

        test("a trusted certificate for another host is refused") {
            val certificate = TestCertificate.selfSigned("dns:other.example")
            val trust = WsTlsConfig.trusting(listOf(certificate.certificate))
            echo(certificate).use { it.shouldFail("localhost", trust) shouldContain "other.example" }
        }

        test("a trusted certificate without alternative names is refused, whatever its common name") {
            val certificate = TestCertificate.selfSigned(names = null)
            val trust = WsTlsConfig.trusting(listOf(certificate.certificate))
            echo(certificate).use { it.shouldFail("localhost", trust) shouldContain "no name at all" }
        }

        test("an address is not vouched for by the name that it resolves to") {
            val certificate = TestCertificate.selfSigned("dns:localhost")
            val trust = WsTlsConfig.trusting(listOf(certificate.certificate))
            echo(certificate).use { it.shouldFail("127.0.0.1", trust) shouldContain "127.0.0.1" }
        }

        test("without validation every certificate does, whatever its names") {
            for (names in listOf("dns:other.example", "dns:*.other.example", "ip:192.0.2.1", null)) {
                val certificate = TestCertificate.selfSigned(names)
                echo(certificate).use { it.shouldCarry("localhost", WsTlsConfig.insecure()) }
            }
            for (names in listOf("dns:other.example", "ip:192.0.2.1", "dns:other.example,ip:192.0.2.1")) {
                echo(TestCertificate.selfSigned(names)).use { it.shouldCarry("127.0.0.1", WsTlsConfig.insecure()) }
            }
        }

        test("a plaintext server on the port is a failure of TLS") {
            RawServer {
                send("HTTP/1.1 400 Bad Request\r\n\r\n")
                drain()
            }.use { it.shouldFail("localhost", WsTlsConfig.insecure()) }
        }
    })

/** A link over TLS to [server], which echoes, comes about and carries. */
fun TransportUnderTest.shouldCarry(
    server: RawServer,
    host: String,
    tls: WsTlsConfig,
) {
    newTransport().use { transport ->
        val link = transport.open(server.request(scheme = "wss", host = host, tls = tls))
        link.awaitOpen().apply {
            write(WsFrame.text("over TLS"))
            flushed().await() shouldBe null
        }
        link.awaitFrame() shouldBe WsFrame.text("over TLS")
        link.assertContractKept()
    }
    ClientSockets.awaitNoneTo(server.port)
}

/** A link over TLS to [server] does not come about; says why. */
fun TransportUnderTest.shouldFail(
    server: RawServer,
    host: String,
    tls: WsTlsConfig,
): String =
    newTransport().use { transport ->
        val (link, _) = transport.attempt(server.request(scheme = "wss", host = host, tls = tls))
        val failure = link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.TlsFailed>()
        ClientSockets.awaitNoneTo(server.port)
        failure.message
    }
