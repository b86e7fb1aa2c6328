package io.github.belay.netty

import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.TestCertificate
import io.github.belay.testing.wire.TlsScenarios
import io.github.belay.testing.wire.TransportUnderTest
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.shouldCarry
import io.github.belay.testing.wire.shouldFail
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTlsConfig
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.Socket
import java.security.KeyStore
import java.security.cert.X509Certificate
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import javax.net.ssl.ExtendedSSLSession
import javax.net.ssl.SNIHostName
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLEngine
import javax.net.ssl.SSLSocket
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509ExtendedTrustManager

class TlsSpec : NettyTlsScenarios(netty, nativeTls = true) {
    init {
        test("OpenSSL is there on the machines that it is brought along for") {
            val isBroughtAlong = System.getProperty("os.name") == "Linux" && System.getProperty("os.arch") == "amd64"
            if (isBroughtAlong) NettyTransport().use { it.toString() shouldContain "TLS by BoringSSL" }
        }
    }
}

class JdkTlsSpec : NettyTlsScenarios(nettyOverJdkTls, nativeTls = false) {
    init {
        test("the JDK's TLS is taken where OpenSSL is not wanted") {
            newTransport { }.use { it.toString() shouldContain "TLS by the JDK" }
        }
    }
}

abstract class NettyTlsScenarios(
    subject: TransportUnderTest,
    private val nativeTls: Boolean,
) : TlsScenarios(subject) {
    protected fun newTransport(configure: (NettyTransportBuilder) -> Unit): NettyTransport =
        NettyTransport { configure(it.nativeTls(nativeTls)) }

    private val echo: RawPeer.() -> Unit = {
        accept()
        send(textFrame(readFrame().text))
        drain()
    }

    init {
        val tls = LoopbackTls.selfSigned()

        for (version in listOf("TLSv1.2", "TLSv1.3")) {
            test("a server of $version alone carries a link") {
                RawServer(tls.serverContext, protocols = arrayOf(version), script = echo).use {
                    subject.shouldCarry(it, "localhost", tls.clientTrust)
                }
            }
        }

        test("a trust manager of the user's that asks for no name does not spare the name check") {
            val careless =
                object : X509ExtendedTrustManager() {
                    override fun checkServerTrusted(
                        chain: Array<X509Certificate>,
                        authType: String,
                        engine: SSLEngine,
                    ) = Unit

                    override fun checkServerTrusted(
                        chain: Array<X509Certificate>,
                        authType: String,
                        socket: Socket,
                    ) = Unit

                    override fun checkServerTrusted(
                        chain: Array<X509Certificate>,
                        authType: String,
                    ) = Unit

                    override fun checkClientTrusted(
                        chain: Array<X509Certificate>,
                        authType: String,
                        engine: SSLEngine,
                    ) = Unit

                    override fun checkClientTrusted(
                        chain: Array<X509Certificate>,
                        authType: String,
                        socket: Socket,
                    ) = Unit

                    override fun checkClientTrusted(
                        chain: Array<X509Certificate>,
                        authType: String,
                    ) = Unit

                    override fun getAcceptedIssuers(): Array<X509Certificate> = emptyArray()
                }
            val other = LoopbackTls.selfSigned(hosts = listOf("other.example"))
            RawServer(other.serverContext, script = echo).use {
                subject.shouldFail(it, "localhost", WsTlsConfig.trusting(careless)) shouldContain "other.example"
            }
            RawServer(tls.serverContext, script = echo).use {
                subject.shouldCarry(it, "localhost", WsTlsConfig.trusting(careless))
            }
        }

        test("the server is asked for by its name, and by none where it is an address") {
            val asked = LinkedBlockingQueue<List<String>>(8)
            RawServer(tls.serverContext) {
                accept()
                val session = (socket as SSLSocket).session as ExtendedSSLSession
                asked += session.requestedServerNames.map { (it as SNIHostName).asciiName }
                drain()
            }.use { server ->
                newTransport { }.use { transport ->
                    for (host in listOf("localhost", "127.0.0.1")) {
                        transport.open(server.request(scheme = "wss", host = host, tls = tls.clientTrust))
                        asked.poll(RawServer.PATIENCE_SECONDS, TimeUnit.SECONDS) shouldBe
                            listOf("localhost").filter { it == host }
                    }
                }
            }
        }

        test("a server that asks for a certificate is shown the one that was given") {
            val identity = TestCertificate.selfSigned("dns:client.example")
            RawServer(serverThatTrusts(identity, TestCertificate.selfSigned())) {
                (socket as SSLSocket).needClientAuth = true
                echo()
            }.use { server ->
                val trust = WsTlsConfig.trusting(listOf(TestCertificate.selfSigned().certificate))
                val request = server.request(scheme = "wss", host = "localhost", tls = trust)
                newTransport { it.clientCertificates(identity.keys) }.use { it.open(request) }
                subject.shouldFail(server, "localhost", trust) shouldContain "localhost"
            }
        }

        test("an end of TCP without an end of TLS is a failure, and one with it is not") {
            for (isOrderly in listOf(true, false)) {
                RawServer {
                    val layer = tls.serverContext.socketFactory.createSocket(socket, null, socket.port, false)
                    val secure = (layer as SSLSocket).apply { useClientMode = false }
                    over(secure).accept()
                    if (isOrderly) secure.close()
                }.use { server ->
                    newTransport { }.use { transport ->
                        val request = server.request(scheme = "wss", host = "localhost", tls = tls.clientTrust)
                        val end = transport.open(request).awaitClosed()
                        if (isOrderly) {
                            end shouldBe WsLinkEnd.EndOfStream
                        } else {
                            end.shouldBeInstanceOf<WsLinkEnd.Failed>().message shouldBe
                                "the stream ended without close_notify and may be cut short"
                        }
                    }
                }
            }
        }
    }
}

private fun serverThatTrusts(
    client: TestCertificate,
    own: TestCertificate,
): SSLContext {
    val trusted = KeyStore.getInstance("PKCS12").apply { load(null, null) }
    trusted.setCertificateEntry("client", client.certificate)
    val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(trusted) }
    return SSLContext.getInstance("TLS").apply { init(own.keys.keyManagers, trust.trustManagers, null) }
}
