package io.github.belay.netty

import io.github.belay.frame.WsFrame
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsTlsConfig
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.DataInputStream
import java.net.Socket
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Proxies that the user chose. Each looks the server up itself. */
class ProxySpec :
    FunSpec({
        fun transportVia(proxy: NettyProxy) = NettyTransport { it.proxy(proxy) }

        /** Opens a link through [proxy], which leads to [server], and sees it echo. */
        fun RawServer.shouldEchoThrough(
            proxy: NettyProxy,
            tls: LoopbackTls? = null,
        ) {
            transportVia(proxy).use { transport ->
                val scheme = if (tls == null) "ws" else "wss"
                val trust = tls?.clientTrust ?: WsTlsConfig.DEFAULT
                val link = transport.open(request(scheme = scheme, host = "inside.example", tls = trust))
                link.awaitOpen().run {
                    write(WsFrame.text("through"))
                    flushed().await() shouldBe null
                }
                link.awaitFrame() shouldBe WsFrame.text("through")
                link.assertContractKept()
            }
        }

        val echo: RawPeer.() -> Unit = {
            accept()
            send(textFrame(readFrame().text))
            drain()
        }

        test("ws and wss go through the tunnel of an HTTP proxy, with credentials where given") {
            val tls = LoopbackTls.selfSigned(hosts = listOf("inside.example"))
            for (secure in listOf(null, tls)) {
                val server = RawServer(secure?.serverContext, script = echo)
                val proxy =
                    RawServer {
                        readRequest()
                        tunnelTo(server.port) { send("HTTP/1.1 200 Connection established\r\n\r\n") }
                    }
                proxy.use {
                    server.use {
                        val address = NettyProxy.http("127.0.0.1", proxy.port).withCredentials("Aladdin", "open sesame")
                        server.shouldEchoThrough(address, secure)
                        val request = proxy.awaitPeer().request
                        request.first() shouldBe "CONNECT inside.example:${server.port} HTTP/1.1"
                        request.map { it.lowercase() } shouldContain
                            "proxy-authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".lowercase()
                    }
                }
            }
        }

        test("a SOCKS5 proxy gets user and password and the name of the server") {
            val heard = CompletableFuture<String>()
            val server = RawServer(script = echo)
            val proxy = RawServer { socks5(server.port, heard) }
            proxy.use {
                server.use {
                    server.shouldEchoThrough(NettyProxy.parse("socks5://me:pw@127.0.0.1:${proxy.port}"))
                    heard.get(RawServer.PATIENCE_SECONDS, TimeUnit.SECONDS) shouldBe
                        "me pw inside.example:${server.port}"
                }
            }
        }

        test("a SOCKS4a proxy gets the user and the name of the server") {
            val heard = CompletableFuture<String>()
            val server = RawServer(script = echo)
            val proxy = RawServer { socks4(server.port, heard) }
            proxy.use {
                server.use {
                    server.shouldEchoThrough(NettyProxy.parse("socks4://me@127.0.0.1:${proxy.port}"))
                    heard.get(RawServer.PATIENCE_SECONDS, TimeUnit.SECONDS) shouldBe "me inside.example:${server.port}"
                }
            }
        }

        test("a proxy that refuses the tunnel leaves the server unreachable, and says with which status") {
            RawServer {
                readRequest()
                send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                drain()
            }.use { proxy ->
                val address = NettyProxy.http("127.0.0.1", proxy.port).withCredentials("me", "secret")
                transportVia(address).use { transport ->
                    val (link, _) = transport.attempt(requestTo("wss://inside.example/?token=secret"))
                    val failure = link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                    failure.message shouldContain "407"
                    failure.message shouldNotContain "secret"
                    ClientSockets.awaitNoneTo(proxy.port)
                }
            }
        }

        val noTunnels =
            mapOf(
                "another status than 200" to "HTTP/1.1 204 No Content\r\n\r\n",
                "a redirect" to "HTTP/1.1 302 Found\r\nLocation: http://a.example/\r\nContent-Length: 0\r\n\r\n",
                "no HTTP" to "SSH-2.0-OpenSSH\r\n\r\n",
                "a status line of 9 KiB" to "HTTP/1.1 200 ${"x".repeat(9_000)}\r\n\r\n",
                "a header line of 9 KiB" to "HTTP/1.1 200 OK\r\nX: ${"x".repeat(9_000)}\r\n\r\n",
                "a head of 100 KiB" to "HTTP/1.1 200 OK\r\n${"X: ${"x".repeat(1_000)}\r\n".repeat(100)}\r\n",
                "half a head and the end" to "HTTP/1.1 200 OK\r\nX: y",
            )
        for ((name, answer) in noTunnels) {
            test("an HTTP proxy that answers with $name leaves the server unreachable") {
                RawServer {
                    readRequest()
                    send(answer)
                    if (!name.endsWith("the end")) drain()
                }.use { proxy ->
                    transportVia(NettyProxy.http("127.0.0.1", proxy.port)).use { transport ->
                        val (link, _) = transport.attempt(requestTo("ws://inside.example/"))
                        link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                        ClientSockets.awaitNoneTo(proxy.port)
                        proxy.connections shouldBe 1
                    }
                }
            }
        }

        test("a proxy that is silent is given up when the time of the open is over") {
            RawServer { hold() }.use { proxy ->
                transportVia(NettyProxy.socks5("127.0.0.1", proxy.port)).use { transport ->
                    val (link, _) = transport.attempt(requestTo("ws://inside.example/", timeoutMillis = 300))
                    link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.TimedOut>()
                    ClientSockets.awaitNoneTo(proxy.port)
                }
            }
        }
    })

/** Connects to [port], says so, and carries bytes both ways until the client ends. */
private fun RawPeer.tunnelTo(
    port: Int,
    onConnected: () -> Unit,
) {
    Socket("127.0.0.1", port).use { inside ->
        onConnected()
        thread(isDaemon = true) { runCatching { inside.getInputStream().copyTo(socket.getOutputStream()) } }
        socket.getInputStream().copyTo(inside.getOutputStream())
    }
}

/** RFC 1928 and 1929. */
private fun RawPeer.socks5(
    port: Int,
    heard: CompletableFuture<String>,
) {
    val input = DataInputStream(socket.getInputStream())

    fun bytes(): ByteArray = ByteArray(input.readUnsignedByte()).also(input::readFully)
    check(input.readUnsignedByte() == 5)
    check(2 in bytes().map { it.toInt() })
    send(byteArrayOf(5, 2))
    check(input.readUnsignedByte() == 1)
    val user = bytes().decodeToString()
    val password = bytes().decodeToString()
    send(byteArrayOf(1, 0))
    repeat(3) { input.readUnsignedByte() }
    check(input.readUnsignedByte() == 3) { "the server must be named" }
    heard.complete("$user $password ${bytes().decodeToString()}:${input.readUnsignedShort()}")
    tunnelTo(port) { send(byteArrayOf(5, 0, 0, 1, 127, 0, 0, 1, 0, 0)) }
}

private fun RawPeer.socks4(
    port: Int,
    heard: CompletableFuture<String>,
) {
    val input = DataInputStream(socket.getInputStream())

    fun text(): String =
        generateSequence { input.readUnsignedByte().takeIf { it != 0 } }.map(Int::toChar).joinToString("")
    check(input.readUnsignedByte() == 4)
    check(input.readUnsignedByte() == 1)
    val wanted = input.readUnsignedShort()
    check(input.readInt() in 1..255) { "the server must be named" }
    val user = text()
    heard.complete("$user ${text()}:$wanted")
    tunnelTo(port) { send(byteArrayOf(0, 90, 0, 0, 0, 0, 0, 0)) }
}
