package io.github.belay.testing.server

import io.github.belay.frame.WsFrame
import io.github.belay.testing.contract.HandshakeFault
import io.github.belay.testing.contract.ServerHandshake
import io.github.belay.transport.WsHeaders
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.net.SocketException
import java.net.http.WebSocket
import kotlin.time.Duration.Companion.milliseconds

class RawWsHandshakeSpec :
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
    })
