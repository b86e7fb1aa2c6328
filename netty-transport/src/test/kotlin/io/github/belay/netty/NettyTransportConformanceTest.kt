package io.github.belay.netty

import io.github.belay.testing.conformance.ConformanceTest
import io.github.belay.transport.WsTransport
import java.nio.file.Path

/** RFC 6455 and RFC 7692 case by case, over sockets of Netty's under our own codec. */
class NettyTransportConformanceTest : ConformanceTest() {
    override fun newTransport(): WsTransport = NettyTransport()

    override fun supportsDeflate(): Boolean = true

    override fun expectedResults(): Path = Path.of("src/test/resources/conformance/netty-transport.txt")
}
