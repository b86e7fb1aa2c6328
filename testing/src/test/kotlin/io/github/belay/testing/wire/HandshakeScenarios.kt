package io.github.belay.testing.wire

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf

/** What is sent to open a link, and which answers open one (RFC 6455 section 4.1). */
abstract class HandshakeScenarios(
    subject: TransportUnderTest,
) : FunSpec({
        test("the request has the target as it was given, the lines that were asked for and no others of a browser") {
            RawServer {
                accept()
                drain()
            }.use { server ->
                subject.newTransport().use { transport ->
                    val headers =
                        WsHeaders
                            .of(
                                "Authorization",
                                "Bearer abc",
                            ).with("Cookie", "a=b")
                            .with("X-Two", "1")
                            .with("X-Two", "2")
                    transport.open(
                        server.request(
                            "/p%20a/th?token=a%2Fb+c&x",
                            headers = headers,
                            subprotocols = listOf("v2", "v1"),
                        ),
                    )
                    val lines = server.awaitPeer().apply { awaitUntil("request") { request.isNotEmpty() } }.request
                    lines.first() shouldBe "GET /p%20a/th?token=a%2Fb+c&x HTTP/1.1"
                    lines shouldContain "Host: 127.0.0.1:${server.port}"
                    lines shouldContain "Authorization: Bearer abc"
                    lines shouldContain "Cookie: a=b"
                    lines
                        .filter {
                            it.startsWith(
                                "X-Two:",
                            )
                        }.flatMap { it.drop("X-Two:".length).split(',') }
                        .map(String::trim) shouldBe
                        listOf("1", "2")
                    lines shouldContain "Sec-WebSocket-Protocol: v2, v1"
                    lines shouldContain "Sec-WebSocket-Version: 13"
                    lines.none { it.startsWith("Sec-WebSocket-Extensions", ignoreCase = true) } shouldBe true
                    lines.none { it.startsWith("Origin", ignoreCase = true) } shouldBe true
                }
            }
        }

        test("a host that is a name stays in the Host line") {
            RawServer {
                accept()
                drain()
            }.use { server ->
                subject.newTransport().use { transport ->
                    transport.open(server.request(host = "localhost"))
                    server.awaitPeer().apply { awaitUntil("request") { request.isNotEmpty() } }.header("Host") shouldBe
                        "localhost:${server.port}"
                }
            }
        }

        test("what the server agreed to is in the handshake") {
            RawServer {
                accept("Sec-WebSocket-Protocol: v1", "X-Server: here")
                drain()
            }.use { server ->
                subject.newTransport().use { transport ->
                    val handshake =
                        transport
                            .open(
                                server.request(subprotocols = listOf("v2", "v1")),
                            ).awaitOpen()
                            .handshake
                    handshake.subprotocol shouldBe "v1"
                    handshake.headers["x-server"] shouldBe "here"
                }
            }
        }

        brokenAnswers.forEach { (name, broken) ->
            test("$name opens nothing") {
                RawServer {
                    readRequest()
                    send(broken())
                    drain()
                }.use { server ->
                    subject.newTransport().use { transport ->
                        val (link, _) = transport.attempt(server.request("/?token=secret", subprotocols = listOf("v1")))
                        val failure = link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.InvalidHandshake>()
                        failure.message shouldNotContain "secret"
                        failure.message shouldNotContain "\n"
                        link.assertContractKept()
                        ClientSockets.awaitNoneTo(server.port)
                    }
                }
            }
        }

        test("a frame right behind the answer is not lost") {
            RawServer {
                readRequest()
                send(granted().toByteArray() + textFrame("first") + textFrame("second"))
                drain()
            }.use { server ->
                subject.newTransport().use { transport ->
                    transport.open(server.request()).awaitFrames(2) shouldBe
                        listOf(WsFrame.text("first"), WsFrame.text("second"))
                }
            }
        }

        test("a host with an address that refuses is reached at its next one") {
            RawServer {
                accept()
                drain()
            }.use { server ->
                subject.newTransport { listOf("127.0.0.2", "127.0.0.1") }.use { transport ->
                    transport.open(server.request(host = "two.example"))
                    server.awaitPeer().apply { awaitUntil("request") { request.isNotEmpty() } }.header("Host") shouldBe
                        "two.example:${server.port}"
                }
            }
        }

        test("a lookup that fails in its own way leaves the host unreachable") {
            val failing =
                listOf<(String) -> List<String>>(
                    { error("token=secret") },
                    { throw java.util.concurrent.CancellationException("token=secret") },
                    { emptyList() },
                )
            for (lookup in failing) {
                subject.newTransport(lookup).use { transport ->
                    val (link, _) = transport.attempt(requestTo("ws://odd.example/"))
                    val failure = link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                    failure.message shouldContain "no address known for odd.example"
                    failure.message shouldNotContain "secret"
                }
            }
        }

        test("an IPv6 address is reached") {
            RawServer(host = "::1") {
                accept()
                drain()
            }.use { server ->
                subject.newTransport().use { transport ->
                    transport.open(server.request(host = "[::1]"))
                    server.awaitPeer().apply { awaitUntil("request") { request.isNotEmpty() } }.header("Host") shouldBe
                        "[::1]:${server.port}"
                }
            }
        }
    })

private val brokenAnswers: Map<String, RawPeer.() -> String> =
    mapOf(
        "a wrong Sec-WebSocket-Accept" to
            { answer(SWITCHING, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: bm90IGl0") },
        "no Sec-WebSocket-Accept" to { answer(SWITCHING, "Upgrade: websocket", "Connection: Upgrade") },
        "a 101 without Upgrade" to { answer(SWITCHING, *upgradeLines().drop(1).toTypedArray()) },
        "a 101 to another protocol" to { answer(SWITCHING, "Upgrade: h2c", *upgradeLines().drop(1).toTypedArray()) },
        "a 101 without Connection" to
            { answer(SWITCHING, *upgradeLines().filterNot { it.startsWith("Connection") }.toTypedArray()) },
        "HTTP/1.0" to { answer("HTTP/1.0 101 Switching Protocols", *upgradeLines()) },
        "a subprotocol that nobody offered" to { granted("Sec-WebSocket-Protocol: v9") },
        "an extension that nobody offered" to { granted("Sec-WebSocket-Extensions: permessage-deflate") },
        "a flood of header lines" to { granted(*Array(1000) { "X-$it: y" }) },
        "no HTTP at all" to { "SSH-2.0-OpenSSH_9.2p1\r\n\r\n" },
    )

private const val SWITCHING = "HTTP/1.1 101 Switching Protocols"
