package io.github.belay.testing.server

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.testing.contract.HandshakeFault
import io.github.belay.testing.contract.ProtocolViolation
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.transport.WsHeaders
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.io.IOException
import java.net.ConnectException
import java.net.SocketException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.WebSocket
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLSocket
import javax.net.ssl.X509TrustManager
import kotlin.time.Duration.Companion.milliseconds

/** The answer to the sample key of RFC 6455 section 1.3. */
private const val SAMPLE_ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

private val impatient = RawWsOptions(patience = 50.milliseconds)

/** A server, and one raw client that is connected to it but has said nothing. */
private fun withClient(
    options: RawWsOptions = RawWsOptions(),
    handshake: ServerHandshake = ServerHandshake.Accept(),
    body: (RawWsServer, RawClient) -> Unit,
) {
    RawWsServer(options).use { server ->
        server.enqueue(handshake)
        RawClient(server.url).use { body(server, it) }
    }
}

class RawWsServerSpec :
    FunSpec({
        context("the handshake") {
            test("is answered as RFC 6455 section 1.3 shows") {
                withClient { server, client ->
                    client.requestUpgrade("X-Token: t")
                    client.readHead() shouldContainExactlyInAnyOrder
                        listOf(
                            "HTTP/1.1 101 Switching Protocols",
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            SAMPLE_ACCEPT,
                        )
                    val connection = server.awaitConnection()
                    connection.requestTarget shouldBe "/chat?a=b"
                    connection.requestHeaders["x-token"] shouldBe "t"
                }
            }

            test("carries subprotocol, headers and frames as asked") {
                val accept =
                    ServerHandshake.Accept(
                        "v2",
                        WsHeaders.of("X-Node", "a"),
                        listOf(WsFrame.text("hi"), WsFrame.ping()),
                    )
                withClient(handshake = accept) { _, client ->
                    client.requestUpgrade()
                    val head = client.readHead()
                    head shouldContain "Sec-WebSocket-Protocol: v2"
                    head shouldContain "X-Node: a"
                    client.read(6) shouldContainExactly listOf(0x81, 2, 'h'.code, 'i'.code, 0x89, 0)
                }
            }

            test("is refused with status, headers and body, and the connection ends") {
                val refuse = ServerHandshake.Refuse(429, WsHeaders.of("Retry-After", "7"), "slow ✓")
                withClient(handshake = refuse) { server, client ->
                    client.requestUpgrade()
                    val head = client.readHead()
                    head.first() shouldStartWith "HTTP/1.1 429 "
                    head shouldContain "Retry-After: 7"
                    head shouldContain "Content-Length: 8"
                    client.readToEnd().decodeToString() shouldBe "slow ✓"
                    client.close()
                    server.awaitNoSockets()
                }
            }

            test("hangs until the client leaves") {
                withClient(handshake = ServerHandshake.Hang) { server, client ->
                    client.requestUpgrade()
                    client.hearsNothing(millis = 50) shouldBe true
                    server.openSockets shouldBe 1
                    client.close()
                    server.awaitNoSockets()
                }
            }

            test("is reset") {
                withClient(handshake = ServerHandshake.Reset) { _, client ->
                    client.requestUpgrade()
                    shouldThrow<SocketException> { client.readToEnd() }.message shouldContain "reset"
                }
            }

            test("drips one byte at a time and is complete in the end") {
                withClient(handshake = ServerHandshake.Drip(1.milliseconds)) { server, client ->
                    client.requestUpgrade()
                    client.readHead() shouldContain SAMPLE_ACCEPT
                    client.sendFrame(0x81, "a".toByteArray())
                    server.awaitConnection().receive() shouldBe WsFrame.text("a")
                }
            }

            fun malformed(fault: HandshakeFault): List<String> {
                lateinit var head: List<String>
                withClient(handshake = ServerHandshake.Malformed(fault)) { _, client ->
                    client.requestUpgrade()
                    head = client.readHead()
                }
                return head
            }

            test("is wrong in one way at a time") {
                malformed(HandshakeFault.NOT_HTTP).first() shouldStartWith "220 "
                malformed(HandshakeFault.NO_UPGRADE) shouldNotContain "Upgrade: websocket"
                malformed(HandshakeFault.NO_CONNECTION) shouldNotContain "Connection: Upgrade"
                malformed(HandshakeFault.NO_ACCEPT) shouldNotContain SAMPLE_ACCEPT
                malformed(HandshakeFault.WRONG_ACCEPT) shouldNotContain SAMPLE_ACCEPT
                malformed(HandshakeFault.WRONG_ACCEPT).filter { it.startsWith("Sec-WebSocket-Accept") }.size shouldBe 1
                malformed(HandshakeFault.UNOFFERED_SUBPROTOCOL) shouldContain "Sec-WebSocket-Protocol: unoffered"
                malformed(HandshakeFault.UNOFFERED_EXTENSION) shouldContain "Sec-WebSocket-Extensions: x-unoffered"
            }

            test("of a client that does not speak HTTP ends the connection") {
                withClient { server, client ->
                    client.send("HELO\r\n\r\n".toByteArray())
                    client.readToEnd().size shouldBe 0
                    server.awaitNoSockets()
                }
            }
        }

        context("frames to the client") {
            test("have the three length forms of section 5.2") {
                withClient { server, client ->
                    client.upgrade()
                    val connection = server.awaitConnection()
                    connection.send(WsFrame.binary(ByteArray(125)), WsFrame.binary(ByteArray(126)))
                    client.read(2 + 125).take(2) shouldContainExactly listOf(0x82, 125)
                    client.read(4 + 126).take(4) shouldContainExactly listOf(0x82, 126, 0, 126)
                    connection.send(WsFrame.binary(ByteArray(65_536)))
                    client.read(10 + 65_536).take(10) shouldContainExactly listOf(0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0)
                }
            }

            test("are fragmented with a control frame between") {
                withClient { server, client ->
                    client.upgrade()
                    val parts = listOf(1, 2, 3).map { WsBytes.copyOf(byteArrayOf(it.toByte())) }
                    server.awaitConnection().sendFragments(WsFrameKind.BINARY, parts, between = WsFrame.ping())
                    client.read(11) shouldContainExactly listOf(0x02, 1, 1, 0x89, 0, 0x00, 1, 2, 0x80, 1, 3)
                }
            }

            test("break the protocol as the table says, between frames that do not") {
                withClient { server, client ->
                    client.upgrade()
                    val around = listOf(WsFrame.ping())
                    server.awaitConnection().violate(ProtocolViolation.RESERVED_DATA_OPCODE, around, around)
                    client.read(6) shouldContainExactly listOf(0x89, 0, 0x83, 0, 0x89, 0)
                }
            }

            test("can be any bytes") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().run {
                        sendRaw(WsBytes.copyOf(byteArrayOf(0x41, 9)))
                        drop()
                    }
                    client.readToEnd().toList() shouldContainExactly listOf<Byte>(0x41, 9)
                }
            }
        }

        context("frames of the client") {
            test("are unmasked and joined") {
                withClient { server, client ->
                    client.upgrade()
                    client.sendFrame(0x01, "Gr".toByteArray())
                    client.sendFrame(0x8A, byteArrayOf(7))
                    client.sendFrame(0x80, "üße".toByteArray())
                    val connection = server.awaitConnection()
                    connection.receive() shouldBe WsFrame.pong(WsBytes.copyOf(byteArrayOf(7)))
                    connection.receive() shouldBe WsFrame.text("Grüße")
                    connection.receive(10.milliseconds).shouldBeNull()
                }
            }

            test("are answered when they are pings, and with themselves when they are closes") {
                withClient { server, client ->
                    client.upgrade()
                    client.sendFrame(0x89, byteArrayOf(7))
                    client.read(3) shouldContainExactly listOf(0x8A, 1, 7)
                    client.sendFrame(0x88, byteArrayOf(0x03, 0xE9.toByte()))
                    client.readToEnd().map { it.toInt() and 0xFF } shouldContainExactly listOf(0x88, 2, 0x03, 0xE9)
                    server.awaitConnection().receive() shouldBe WsFrame.close(1001)
                }
            }

            test("are not answered when answers are off") {
                withClient { server, client ->
                    client.upgrade()
                    val connection = server.awaitConnection()
                    connection.answersPings = false
                    connection.echoesClose = false
                    client.sendFrame(0x89, byteArrayOf(7))
                    client.sendFrame(0x88, ByteArray(0))
                    connection.receive() shouldBe WsFrame.ping(WsBytes.copyOf(byteArrayOf(7)))
                    connection.receive().kind shouldBe WsFrameKind.CLOSE
                    client.hearsNothing(millis = 50) shouldBe true
                }
            }

            test("come back when the server echoes") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().echoesMessages = true
                    client.sendFrame(0x81, "a".toByteArray())
                    client.read(3) shouldContainExactly listOf(0x81, 1, 'a'.code)
                }
            }

            test("end the connection when they break the protocol, and the server says how") {
                for ((bytes, mistake) in listOf(
                    byteArrayOf(0x81.toByte(), 0) to "without a mask",
                    byteArrayOf(0xC1.toByte(), 0x80.toByte(), 0, 0, 0, 0) to "reserved bit",
                    byteArrayOf(0x83.toByte(), 0x80.toByte(), 0, 0, 0, 0) to "opcode 3",
                    byteArrayOf(0x80.toByte(), 0x80.toByte(), 0, 0, 0, 0) to "continued nothing",
                    byteArrayOf(0x09, 0x80.toByte(), 0, 0, 0, 0) to "fragmented a PING",
                    byteArrayOf(0x88.toByte(), 0x81.toByte(), 0, 0, 0, 0, 3) to "one byte",
                    byteArrayOf(0x81.toByte(), 0x81.toByte(), 0, 0, 0, 0, -1) to "bad TEXT",
                )) {
                    withClient(impatient) { server, client ->
                        client.upgrade()
                        val connection = server.awaitConnection()
                        client.send(bytes)
                        client.readToEnd()
                        shouldThrow<AssertionError> { connection.receive() }.message shouldContain mistake
                    }
                }
            }

            test("above the limit end the connection before they are read") {
                withClient(RawWsOptions(maxMessageBytes = 10, patience = 50.milliseconds)) { server, client ->
                    client.upgrade()
                    client.sendFrame(0x81, ByteArray(11))
                    shouldThrow<AssertionError> { server.awaitConnection().receive() }.message shouldContain
                        "limit is 10"
                }
            }

            test("wait in the socket once so many are not received") {
                withClient(RawWsOptions(maxUnreceivedFrames = 2)) { server, client ->
                    client.upgrade()
                    val writing =
                        CompletableFuture.runAsync { repeat(2_000_000) { client.sendFrame(0x82, ByteArray(125)) } }
                    shouldThrow<TimeoutException> { writing.get(500, TimeUnit.MILLISECONDS) }
                    server.close()
                    shouldThrow<Exception> { writing.get(10, TimeUnit.SECONDS) }
                }
            }
        }

        context("faults") {
            test("a drop ends the stream in order") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().drop()
                    client.readToEnd().size shouldBe 0
                    client.close()
                    server.awaitNoSockets()
                }
            }

            test("a close with a code is a frame and then the end") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().close(4000, "go")
                    client.readToEnd().map { it.toInt() and 0xFF } shouldContainExactly
                        listOf(0x88, 4, 0x0F, 0xA0, 'g'.code, 'o'.code)
                }
            }

            test("a reset is a reset") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().reset()
                    shouldThrow<SocketException> { client.readToEnd() }.message shouldContain "reset"
                    server.awaitNoSockets()
                }
            }

            test("silence swallows what comes and sends nothing, not even an answer") {
                withClient { server, client ->
                    client.upgrade()
                    val connection = server.awaitConnection()
                    connection.goSilent()
                    client.sendFrame(0x89, ByteArray(0))
                    connection.send(WsFrame.text("never"))
                    client.hearsNothing(millis = 50) shouldBe true
                    connection.receive(10.milliseconds).shouldBeNull()
                    server.openSockets shouldBe 1
                }
            }

            test("a server that stops reading holds the writer until it reads again") {
                withClient { server, client ->
                    client.upgrade()
                    val connection = server.awaitConnection()
                    connection.stopReading()
                    val writing =
                        CompletableFuture.runAsync { repeat(100_000) { client.sendFrame(0x82, ByteArray(125)) } }
                    shouldThrow<TimeoutException> { writing.get(300, TimeUnit.MILLISECONDS) }
                    connection.resumeReading()
                    repeat(100_000) { connection.receive().payload.size shouldBe 125 }
                    writing.get(10, TimeUnit.SECONDS)
                }
            }
        }

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
