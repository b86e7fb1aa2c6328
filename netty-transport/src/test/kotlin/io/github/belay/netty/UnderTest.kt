package io.github.belay.netty

import io.github.belay.testing.wire.TransportUnderTest
import java.net.InetAddress

val netty: TransportUnderTest =
    TransportUnderTest(threads = ::ownThreads) { lookup ->
        if (lookup == null) {
            NettyTransport()
        } else {
            NettyTransport { it.nameLookup { host -> lookup(host).map(InetAddress::getByName) } }
        }
    }

/** Event loops and helpers of all transports that are alive. */
fun ownThreads(): Int = Thread.getAllStackTraces().keys.count { it.name.startsWith("belay-netty") }
