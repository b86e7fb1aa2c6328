package io.github.belay.examples.java;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.java.WsClient;
import io.github.belay.lifecycle.WsConnectionStatus;
import io.github.belay.netty.NettyProxy;
import io.github.belay.netty.NettyTransport;
import io.github.belay.testing.server.RawWsServer;
import org.junit.jupiter.api.Test;

/** The code that the README of the module shows. */
class NettyTransportTest {
    @Test
    void isMadeWithAndWithoutSettings() {
        // snippet:netty-transport
        var transport = new NettyTransport();
        var proxy = NettyProxy.parse("socks5://user:password@proxy.example:1080");
        var tuned = new NettyTransport(options -> options.proxy(proxy));
        // end:netty-transport
        tuned.close();
        try (transport;
                var server = new RawWsServer();
                var client = WsClient.builder(transport).url(server.getUrl().reveal()).build()) {
            client.connect().join();
            assertEquals(WsConnectionStatus.CONNECTED, client.status());
        }
    }
}
