package io.github.belay.netty

import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.transport.WsLinkEnd
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.netty.channel.MultiThreadIoEventLoopGroup
import io.netty.channel.epoll.Epoll
import io.netty.channel.local.LocalIoHandler
import io.netty.channel.nio.NioIoHandler
import io.netty.handler.ssl.OpenSsl
import java.net.InetAddress
import java.time.Duration
import java.util.concurrent.TimeUnit

class NettyTransportBuilderSpec :
    FunSpec({
        fun refusal(configure: (NettyTransportBuilder) -> Unit): String? =
            shouldThrow<IllegalArgumentException> { NettyTransport(configure) }.message

        test("a value out of range is refused with its name, its range and itself") {
            refusal { it.eventLoops(0) } shouldBe "eventLoops must be in 1..1024 but was 0"
            refusal { it.eventLoops(1025) } shouldBe "eventLoops must be in 1..1024 but was 1025"
            refusal { it.keepAliveIdle(Duration.ofMillis(999)) } shouldBe
                "keepAliveIdle must be in PT1S..PT9H6M7S but was PT0.999S"
            refusal { it.keepAliveInterval(Duration.ofDays(1)) } shouldBe
                "keepAliveInterval must be in PT1S..PT9H6M7S but was PT24H"
            refusal { it.tcpUserTimeout(Duration.ZERO) } shouldBe
                "tcpUserTimeout must be in PT0.001S..PT596H31M23.647S but was PT0S"
        }

        test("an event-loop group that opens no sockets is refused") {
            MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory()).let { group ->
                refusal { it.eventLoopGroup(group) } shouldBe
                    "eventLoopGroup must be an IoEventLoopGroup for epoll or NIO but was " +
                    "io.netty.channel.MultiThreadIoEventLoopGroup"
                group.shutdownGracefully(0, 0, TimeUnit.SECONDS)
            }
        }

        test("a TCP user timeout is refused without epoll, which alone can honour it") {
            refusal { it.nativeTransport(false).tcpUserTimeout(Duration.ofSeconds(1)) } shouldBe
                "tcpUserTimeout must not be set without epoll: NIO cannot honour it"
        }

        test("the transport says what its links go over") {
            NettyTransport { it.nativeTransport(false).nativeTls(false).eventLoops(3) }.use {
                it.toString() shouldBe "NettyTransport(nio, 3 event loops, TLS by the JDK)"
            }
            NettyTransport { it.eventLoops(1) }.use {
                val io = if (Epoll.isAvailable()) "epoll" else "nio"
                val tls = if (OpenSsl.isAvailable()) OpenSsl.versionString() else "the JDK"
                it.toString() shouldBe "NettyTransport($io, 1 event loops, TLS by $tls)"
            }
        }

        test("links open with every option set, over epoll and over NIO") {
            for (isNative in listOf(true, false)) {
                RawServer {
                    accept()
                    drain()
                }.use { server ->
                    NettyTransport {
                        it.nativeTransport(isNative).eventLoops(1).noDelay(false)
                        it.keepAliveIdle(Duration.ofSeconds(1)).keepAliveInterval(Duration.ofSeconds(2))
                        it.sourceAddress(InetAddress.getByName("127.0.0.9"))
                        if (isNative && Epoll.isAvailable()) it.tcpUserTimeout(Duration.ofSeconds(5))
                    }.use { transport ->
                        transport.open(server.request())
                        server.awaitPeer().socket.inetAddress shouldBe InetAddress.getByName("127.0.0.9")
                    }
                }
            }
        }

        test("an event-loop group of the user's carries links and stays open") {
            val group = MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())
            RawServer {
                accept()
                drain()
            }.use { server ->
                repeat(2) {
                    val transport = NettyTransport { it.eventLoopGroup(group).nativeTls(false) }
                    transport.toString() shouldBe "NettyTransport(nio, shared, TLS by the JDK)"
                    val link = transport.open(server.request())
                    transport.close()
                    link.awaitClosed() shouldBe WsLinkEnd.Aborted
                    group.isShuttingDown shouldBe false
                }
            }
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS)
            awaitUntil("the group has ended") { group.isTerminated }
        }
    })
