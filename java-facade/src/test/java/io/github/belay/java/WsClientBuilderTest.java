package io.github.belay.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.WsTarget;
import io.github.belay.frame.WsDeflateConfig;
import io.github.belay.lifecycle.WsPercentile;
import io.github.belay.observe.WsMetricsReporter;
import io.github.belay.policy.ImmediateReconnectFloor;
import io.github.belay.policy.WsLatencyPolicy;
import io.github.belay.transport.WsBuffers;
import io.github.belay.transport.WsTlsConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WsClientBuilderTest {
    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    private static void assertRefused(String message, WsClientBuilder<?> builder) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }

    @Test
    void everySettingIsTaken() throws Exception {
        var breaker = CircuitBreakers.create();
        var buffers = new WsBuffers(1000, 2000);
        var compression = new WsDeflateConfig();
        var client =
                rig.client()
                        .name("market")
                        .header("Token", "secret")
                        .subprotocols(List.of("v2", "v1"))
                        .reconnect(Reconnects.none())
                        .immediateFloor(new ImmediateReconnectFloor(2))
                        .circuitBreaker(breaker)
                        .heartbeat(Heartbeats.none())
                        .maxSilence(Duration.ofMinutes(1))
                        .dataTimeout(Duration.ofMinutes(2))
                        .latencyPolicy(
                                new WsLatencyPolicy(Duration.ofSeconds(1), WsPercentile.P50, 5, 2))
                        .payloadLagInterval(Duration.ofSeconds(5))
                        .connectTimeout(Duration.ofSeconds(3))
                        .writeTimeout(Duration.ofSeconds(4))
                        .closeTimeout(Duration.ofSeconds(5))
                        .stabilityWindow(Duration.ZERO)
                        .buffers(buffers)
                        .compression(compression)
                        .tls(WsTlsConfig.insecure())
                        .outboundCapacity(1)
                        .maxQueuedBytes(2)
                        .inboundCapacity(3)
                        .maxInboundBytes(4)
                        .maxPendingRequests(5)
                        .metrics(new WsMetricsReporter() {})
                        .build();
        try (client) {
            var request = rig.connected(client).getRequest();
            assertEquals("ws://mock:80/", request.getUrl().reveal());
            assertEquals("secret", request.getHeaders().get("Token"));
            assertEquals(List.of("v2", "v1"), request.getSubprotocols());
            assertEquals(3000, request.getConnectTimeoutMillis());
            assertEquals(buffers, request.getBuffers());
            assertEquals(compression, request.getCompression());
            assertEquals(false, request.getTls().getValidateCerts());
            assertEquals(1, breaker.stats().getTotalRequests());
        }
    }

    @Test
    void whatIsNotAllowedIsNamed() {
        assertRefused(
                "exactly one of url and target must be set",
                WsClient.builder(rig.server.getTransport()));
        assertRefused(
                "exactly one of url and target must be set",
                rig.client()
                        .target(
                                attempt ->
                                        CompletableFuture.completedFuture(
                                                new WsTarget("ws://mock"))));
        assertRefused("maxSilence must be > 0 but was 0s", rig.client().maxSilence(Duration.ZERO));
        assertRefused(
                "dataTimeout must be > 0 but was 0s", rig.client().dataTimeout(Duration.ZERO));
        assertRefused(
                "payloadLagInterval must be > 0 but was 0s",
                rig.client().payloadLagInterval(Duration.ZERO));
        assertRefused(
                "connectTimeout must be >= 1ms and finite but was 0s",
                rig.client().connectTimeout(Duration.ZERO));
        assertRefused(
                "writeTimeout must be >= 1ms and finite but was 0s",
                rig.client().writeTimeout(Duration.ZERO));
        assertRefused(
                "closeTimeout must be >= 1ms and finite but was 0s",
                rig.client().closeTimeout(Duration.ZERO));
        assertRefused(
                "stabilityWindow must be >= 0 and finite but was -1s",
                rig.client().stabilityWindow(Duration.ofSeconds(-1)));
        assertRefused(
                "queueWarnRatio must be in 0.0..1.0 but was 1.1", rig.client().queueWarnRatio(1.1));
        assertRefused("outboundCapacity must be >= 1 but was 0", rig.client().outboundCapacity(0));
    }

    @Test
    void anAddressOrHeaderThatIsNotAllowedIsRefusedAtOnce() {
        var builder = rig.client();
        assertThrows(IllegalArgumentException.class, () -> builder.url("http://mock"));
        assertThrows(IllegalArgumentException.class, () -> builder.header("Upgrade", "other"));
        assertThrows(IllegalArgumentException.class, () -> builder.header("Token", "a\r\nb"));
    }

    @Test
    void oneBuilderMakesManyClients() throws Exception {
        var builder = rig.client();
        try (var one = builder.build();
                var other = builder.build()) {
            assertEquals(1, rig.connected(one).getId());
            assertEquals(2, rig.connected(other).getId());
        }
        assertTrue(rig.server.connections().isEmpty());
    }
}
