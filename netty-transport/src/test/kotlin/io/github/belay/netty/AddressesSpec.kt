package io.github.belay.netty

import io.github.belay.frame.WsFrame
import io.github.belay.testing.wire.ClientSockets
import io.github.belay.testing.wire.RawPeer
import io.github.belay.testing.wire.RawServer
import io.github.belay.testing.wire.attempt
import io.github.belay.testing.wire.awaitUntil
import io.github.belay.testing.wire.open
import io.github.belay.testing.wire.request
import io.github.belay.testing.wire.requestTo
import io.github.belay.testing.wire.textFrame
import io.github.belay.transport.WsConnectFailure
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Hosts with several addresses, of which some do not do (RFC 8305). */
class AddressesSpec :
    FunSpec({
        val echo: RawPeer.() -> Unit = {
            accept()
            send(textFrame("here"))
            drain()
        }

        fun transport(
            isNative: Boolean,
            vararg addresses: String,
        ) = NettyTransport {
            it.nativeTransport(isNative).eventLoops(1)
            it.nameLookup { addresses.map(InetAddress::getByName) }
        }

        for (isNative in listOf(true, false)) {
            val io = if (isNative) "epoll" else "NIO"

            test("over $io an address that does not answer costs a head start, and no socket to it is left") {
                RawServer(script = echo).use { server ->
                    SilentAddress("127.0.0.2", server.port).use { silent ->
                        transport(isNative, "127.0.0.2", "127.0.0.1").use { transport ->
                            val started = TimeSource.Monotonic.markNow()
                            val link = transport.open(server.request(host = "two.example"))
                            started.elapsedNow() shouldBeGreaterThanOrEqualTo 245.milliseconds
                            started.elapsedNow() shouldBeLessThan 5.seconds
                            link.awaitFrame() shouldBe WsFrame.text("here")
                            awaitUntil("the link alone is left") {
                                ClientSockets.heldTo(server.port) == silent.socketsToIt + 1
                            }
                        }
                        awaitUntil("nothing is left") { ClientSockets.heldTo(server.port) == silent.socketsToIt }
                    }
                }
            }

            test("over $io an IPv6 address that refuses lets the IPv4 address be tried at once") {
                RawServer(script = echo).use { server ->
                    transport(isNative, "::1", "::1", "::1", "127.0.0.1").use { transport ->
                        transport.open(server.request(host = "two.example")).awaitFrame() shouldBe WsFrame.text("here")
                        ClientSockets.heldTo(server.port) shouldBe 1
                    }
                }
            }

            test("over $io addresses that do not answer at all are given up when the time of the open is over") {
                SilentAddress("127.0.0.2").use { silent ->
                    transport(isNative, "127.0.0.2", "127.0.0.2", "127.0.0.2").use { transport ->
                        val (link, _) =
                            transport.attempt(requestTo("ws://silent.example:${silent.port}/", timeoutMillis = 600))
                        awaitUntil("two are tried at a time") {
                            ClientSockets.heldTo(silent.port) == silent.socketsToIt + 2
                        }
                        link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.TimedOut>()
                        awaitUntil("nothing is left") { ClientSockets.heldTo(silent.port) == silent.socketsToIt }
                        link.assertContractKept()
                    }
                }
            }

            test("over $io an attempt that is cancelled while two addresses are tried leaves no socket") {
                SilentAddress("127.0.0.2").use { silent ->
                    transport(isNative, "127.0.0.2", "127.0.0.2").use { transport ->
                        val (_, attempt) = transport.attempt(requestTo("ws://silent.example:${silent.port}/"))
                        awaitUntil("two are tried at a time") {
                            ClientSockets.heldTo(silent.port) == silent.socketsToIt + 2
                        }
                        attempt.cancel()
                        awaitUntil("nothing is left") { ClientSockets.heldTo(silent.port) == silent.socketsToIt }
                    }
                }
            }

            test("over $io an address that ends the connection before it answers is followed by the next one") {
                RawServer(script = echo).use { server ->
                    RawServer(host = "127.0.0.2", port = server.port) { readRequest() }.use { rude ->
                        transport(isNative, "127.0.0.2", "127.0.0.1").use { transport ->
                            transport.open(server.request(host = "two.example")).awaitFrame() shouldBe
                                WsFrame.text("here")
                            rude.connections shouldBe 1
                        }
                    }
                }
            }
        }

        test("of a host whose addresses all refuse, the last refusal is told") {
            val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }
            transport(true, "::1", "127.0.0.1").use { transport ->
                val (link, _) = transport.attempt(requestTo("ws://two.example:$port/"))
                link.awaitConnectFailure().shouldBeInstanceOf<WsConnectFailure.Unreachable>().message shouldContain
                    "refused"
            }
        }
    })

/**
 * An address of this machine where connecting takes for ever: its queue is full, so that the system drops what asks.
 */
private class SilentAddress(
    host: String,
    port: Int = 0,
) : AutoCloseable {
    private val socket = ServerSocket(port, 1, InetAddress.getByName(host))
    private val full = List(2) { Socket(socket.inetAddress, socket.localPort) }

    val port: Int get() = socket.localPort

    /** Those that fill the queue. */
    val socketsToIt: Int get() = full.size

    override fun close() {
        full.forEach(Socket::close)
        socket.close()
    }
}
