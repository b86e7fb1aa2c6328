package io.github.belay.ktor

import io.github.belay.frame.WsFrame
import io.github.belay.testing.server.LoopbackTls
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.flushed
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.client.engine.ProxyBuilder
import io.ktor.client.engine.http
import java.net.Socket
import kotlin.concurrent.thread

/** An HTTP proxy that the user chose. */
class ProxySpec :
    FunSpec({
        fun KtorTransport(proxy: RawServer) =
            KtorTransport { engine { this.proxy = ProxyBuilder.http("http://127.0.0.1:${proxy.port}") } }

        test("wss goes through the tunnel of the proxy, which looks the host up") {
            val tls = LoopbackTls.selfSigned(hosts = listOf("inside.example"))
            val server =
                RawServer(tls.serverContext) {
                    accept()
                    send(textFrame(readFrame().text))
                    drain()
                }
            val proxy =
                RawServer {
                    readRequest()
                    Socket("127.0.0.1", server.port).use { inside ->
                        send("HTTP/1.1 200 Connection established\r\n\r\n")
                        thread(
                            isDaemon = true,
                        ) { runCatching { inside.getInputStream().copyTo(socket.getOutputStream()) } }
                        socket.getInputStream().copyTo(inside.getOutputStream())
                    }
                }
            proxy.use {
                server.use {
                    KtorTransport(proxy).use { transport ->
                        val request = server.request(scheme = "wss", host = "inside.example", tls = tls.clientTrust)
                        val link = transport.open(request)
                        link.awaitOpen().run {
                            write(WsFrame.text("through"))
                            flushed().await() shouldBe null
                        }
                        link.awaitFrame() shouldBe WsFrame.text("through")
                        proxy.awaitPeer().request.first() shouldBe "CONNECT inside.example:${server.port} HTTP/1.1"
                    }
                }
            }
        }

        test("a proxy that refuses the tunnel leaves the server unreachable") {
            RawServer {
                readRequest()
                send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                drain()
            }.use { proxy ->
                KtorTransport(proxy).use { transport ->
                    val (link, _) = transport.attempt(requestTo("wss://inside.example/"))
                    link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>()
                    ClientSockets.awaitNoneTo(proxy.port)
                }
            }
        }
    })
