package io.github.belay.testing.server

import io.github.belay.frame.WsFrame
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.net.ConnectException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.WebSocket
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeUnit
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLSocket
import javax.net.ssl.X509TrustManager

class RawWsServerSpec :
    FunSpec({
        context("the server") {
            test("serves a client of another make") {
                RawWsServer().use { server ->
                    val texts = CompletableFuture<String>()
                    val listener =
                        object : WebSocket.Listener {
                            override fun onText(
                                webSocket: WebSocket,
                                data: CharSequence,
                                last: Boolean,
                            ): CompletionStage<*>? {
                                texts.complete("$data")
                                return null
                            }
                        }
                    val opening =
                        HttpClient
                            .newHttpClient()
                            .newWebSocketBuilder()
                            .buildAsync(URI(server.url.reveal()), listener)
                    server.awaitConnection().echoesMessages = true
                    opening.get(10, TimeUnit.SECONDS).sendText("hello", true)
                    texts.get(10, TimeUnit.SECONDS) shouldBe "hello"
                }
            }

            test("closes everything, and nobody can connect any more") {
                val server = RawWsServer()
                val client = RawClient(server.url).upgrade()
                val hanging = RawClient(server.url)
                server.awaitAttempts(2)
                server.close()
                server.close()
                server.openSockets shouldBe 0
                shouldThrow<ConnectException> { RawClient(server.url) }
                listOf(client, hanging).forEach { it.close() }
                Thread
                    .getAllStackTraces()
                    .keys
                    .map { it.name }
                    .filter { "-${server.url.port}-" in it }
                    .shouldBeEmpty()
            }

            test("turns away more clients than it may serve") {
                RawWsServer(RawWsOptions(maxConnections = 1)).use { server ->
                    RawClient(server.url).use {
                        server.awaitAttempts(1)
                        RawClient(server.url).use { second ->
                            val heard =
                                runCatching {
                                    second.readToEnd().size
                                }.getOrElse { if (it is IOException) 0 else throw it }
                            heard shouldBe 0
                        }
                        server.openSockets shouldBe 1
                    }
                }
            }

            test("says what it waited for") {
                RawWsServer(impatient).use { server ->
                    shouldThrow<AssertionError> { server.awaitConnection() }.message shouldContain "no client connected"
                    shouldThrow<AssertionError> { server.awaitAttempts(1) }.message shouldContain "1 attempts"
                }
            }
        }

        context("under TLS") {
            fun tlsSocket(
                server: RawWsServer,
                tls: LoopbackTls,
            ): SSLSocket {
                val trust = listOf<X509TrustManager>(requireNotNull(tls.clientTrust.trustManager)).toTypedArray()
                val context = SSLContext.getInstance("TLS").apply { init(null, trust, null) }
                val socket = context.socketFactory.createSocket(server.url.host, server.url.port) as SSLSocket
                socket.sslParameters = socket.sslParameters.apply { endpointIdentificationAlgorithm = "HTTPS" }
                socket.soTimeout = 10_000
                return socket
            }

            test("a client that trusts the certificate is served, and told of the end in order") {
                val tls = LoopbackTls.selfSigned()
                RawWsServer(RawWsOptions(tls)).use { server ->
                    server.url.isSecure shouldBe true
                    tlsSocket(server, tls).use { socket ->
                        socket.outputStream.write(
                            "GET / HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                                .toByteArray(),
                        )
                        val connection = server.awaitConnection()
                        connection.send(WsFrame.text("secret"))
                        connection.drop()
                        // An end without close_notify would throw.
                        val answer = socket.inputStream.readAllBytes().decodeToString()
                        answer shouldContain SAMPLE_ACCEPT
                        answer shouldContain "secret"
                    }
                    server.awaitNoSockets()
                }
            }

            test("a certificate for another host is refused by a client that looks") {
                val tls = LoopbackTls.selfSigned(hosts = listOf("elsewhere.example"))
                RawWsServer(RawWsOptions(tls)).use { server ->
                    shouldThrow<SSLHandshakeException> { tlsSocket(server, tls).startHandshake() }.message shouldContain
                        "localhost"
                }
            }

            test("a certificate that nobody trusts is refused") {
                RawWsServer(RawWsOptions(LoopbackTls.selfSigned())).use { server ->
                    shouldThrow<SSLHandshakeException> { tlsSocket(server, LoopbackTls.selfSigned()).startHandshake() }
                }
            }
        }
    })
