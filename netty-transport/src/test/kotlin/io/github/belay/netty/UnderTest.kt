package io.github.belay.netty

import io.github.belay.testing.wire.TransportUnderTest
import java.net.InetAddress

/** TLS is OpenSSL's where the tests find it. */
val netty: TransportUnderTest = nettyWith { }

/** TLS is the JDK's. */
val nettyOverJdkTls: TransportUnderTest = nettyWith { it.nativeTls(false) }

private fun nettyWith(options: (NettyTransportBuilder) -> Unit) =
    TransportUnderTest(threads = ::ownThreads) { lookup ->
        NettyTransport {
            options(it)
            if (lookup != null) it.nameLookup { host -> lookup(host).map(InetAddress::getByName) }
        }
    }

/** Event loops and helpers of all transports that are alive. */
fun ownThreads(): Int = Thread.getAllStackTraces().keys.count { it.name.startsWith("belay-netty") }
