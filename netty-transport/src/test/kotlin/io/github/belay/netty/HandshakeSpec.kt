package io.github.belay.netty

import io.github.belay.frame.WsDeflateConfig
import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.HandshakeScenarios
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHeaders
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

class HandshakeSpec :
    HandshakeScenarios(netty) {
    init {
        test("interim answers are passed over") {
            RawServer {
                readRequest()
                send(answer("HTTP/1.1 103 Early Hints", "Link: </a>") + answer("HTTP/1.1 100 Continue"))
                send(granted().toByteArray() + textFrame("first"))
                drain()
            }.use { server ->
                NettyTransport().use { it.open(server.request()).awaitFrame() shouldBe WsFrame.text("first") }
            }
        }

        test("header lines leave one by one and byte by byte as they are") {
            RawServer {
                accept()
                drain()
            }.use { server ->
                NettyTransport().use { transport ->
                    val headers = WsHeaders.of("X-Two", "1").with("X-Two", "2").with("X-Latin", "caf\u00e9, \u00ff")
                    transport.open(server.request(headers = headers))
                    val peer = server.awaitPeer().apply { awaitUntil("request") { request.isNotEmpty() } }
                    peer.request.filter { it.startsWith("X-") } shouldBe
                        listOf("X-Two: 1", "X-Two: 2", "X-Latin: caf\u00e9, \u00ff")
                    peer.request shouldContain "Connection: Upgrade"
                }
            }
        }

        for ((name, head) in mapOf<String, RawPeer.() -> String>(
            "a line" to { answer("HTTP/1.1 101 " + "x".repeat(10_000), *upgradeLines()) },
            "a head" to { granted(*Array(200) { "X-$it: " + "y".repeat(1000) }) },
        )) {
            test("$name that is too long opens nothing") {
                RawServer {
                    readRequest()
                    send(head())
                    drain()
                }.use { server ->
                    NettyTransport().use { transport ->
                        val (link, _) = transport.attempt(server.request())
                        link
                            .awaitConnectFailure()
                            .shouldBeInstanceOf<WsConnectFailure.InvalidHandshake>()
                            .message shouldContain "too long"
                    }
                }
            }
        }

        test("what the transport cannot honour is refused at once") {
            NettyTransport().use { transport ->
                shouldThrow<IllegalArgumentException> { transport.check(requestTo("ws://[fe80::1%25lo]/")) }
            }
        }

        test("compression is offered as it was asked for, and used when the server agrees") {
            RawServer {
                readRequest()
                send(granted("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover"))
                send(
                    byteArrayOf(
                        0xC1.toByte(),
                        7,
                        0xF2.toByte(),
                        0x48,
                        0xCD.toByte(),
                        0xC9.toByte(),
                        0xC9.toByte(),
                        7,
                        0,
                    ),
                )
                drain()
            }.use { server ->
                NettyTransport().use { transport ->
                    val asked = WsDeflateConfig(serverNoContextTakeover = true)
                    val link = transport.open(WsConnectRequest(server.request().url, compression = asked))
                    link.awaitFrame() shouldBe WsFrame.text("Hello")
                    link.assertContractKept()
                }
            }
        }

        test("an agreement to what was not offered fails the handshake") {
            RawServer {
                readRequest()
                send(granted("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10"))
                drain()
            }.use { server ->
                NettyTransport().use { transport ->
                    val (link, _) =
                        transport.attempt(WsConnectRequest(server.request().url, compression = WsDeflateConfig()))
                    link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.InvalidHandshake>()
                }
            }
        }
    }
}
