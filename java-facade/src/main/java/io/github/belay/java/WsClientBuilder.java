package io.github.belay.java;

import io.github.belay.WebSocketActorConfig;
import io.github.belay.WsRegistry;
import io.github.belay.endpoint.WsEndpointHandler;
import io.github.belay.endpoint.WsMessageErrorPolicy;
import io.github.belay.frame.WsDeflateConfig;
import io.github.belay.ingress.ForwardAllIngress;
import io.github.belay.ingress.WsIngress;
import io.github.belay.java.internal.ClientBridge;
import io.github.belay.java.internal.Settings;
import io.github.belay.observe.WsFrameTap;
import io.github.belay.observe.WsMetricsReporter;
import io.github.belay.outbound.WsOfflinePolicy;
import io.github.belay.outbound.WsOverflow;
import io.github.belay.policy.ImmediateReconnectFloor;
import io.github.belay.policy.WsCircuitBreaker;
import io.github.belay.policy.WsLatencyPolicy;
import io.github.belay.policy.WsPingPongStrategy;
import io.github.belay.policy.WsReconnectStrategy;
import io.github.belay.transport.WsBuffers;
import io.github.belay.transport.WsTlsConfig;
import io.github.belay.transport.WsTransport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of a {@link WsClient} under the names of {@link WebSocketActorConfig};
 * exactly one of {@link #url} and {@link #target} must be set. Values are checked by {@link
 * #build}. Not thread-safe.
 *
 * @param <M> what the endpoint makes of messages
 */
public final class WsClientBuilder<M> {
    private final WsTransport transport;
    private final WsEndpointHandler<M> endpoint;
    private final WebSocketActorConfig.Builder settings = new WebSocketActorConfig.Builder();
    private WsIngress<M> ingress = new ForwardAllIngress<>();

    /** Null for the shared threads. */
    private @Nullable Executor executor;

    private @Nullable WsRegistry<WsClient<?>> registry;

    WsClientBuilder(WsTransport transport, WsEndpointHandler<M> endpoint) {
        this.transport = transport;
        this.endpoint = endpoint;
    }

    /**
     * The address, the same at every attempt.
     *
     * @param url a {@code ws:} or {@code wss:} address
     * @return this builder
     * @throws IllegalArgumentException if it is not one
     */
    public WsClientBuilder<M> url(String url) {
        settings.url(Objects.requireNonNull(url, "url"));
        return this;
    }

    /**
     * A header line, the same at every attempt; each call adds one.
     *
     * @param name a token (RFC 9110) that the handshake does not own
     * @param value without control characters
     * @return this builder
     * @throws IllegalArgumentException if name or value are not allowed
     */
    public WsClientBuilder<M> header(String name, String value) {
        settings.header(
                Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * Asked for address and headers at every attempt, instead of {@link #url}. Lines set by {@link
     * #header} go along.
     *
     * @param supplier gives the targets
     * @return this builder
     */
    public WsClientBuilder<M> target(WsTargetSupplier supplier) {
        Settings.target(settings, Objects.requireNonNull(supplier, "supplier"));
        return this;
    }

    /**
     * Decides about each message where it arrives, before the endpoint sees it.
     *
     * @param ingress serves this one connection; by default everything is forwarded to the endpoint
     * @return this builder
     */
    public WsClientBuilder<M> ingress(WsIngress<M> ingress) {
        this.ingress = Objects.requireNonNull(ingress, "ingress");
        return this;
    }

    /**
     * Where futures are completed, publishers signal and {@link WsEndpoint#handleMessage} runs. An
     * executor that runs tasks in the calling thread would bring callbacks onto the connection's
     * own threads, where they must not block.
     *
     * @param executor stays the caller's to shut down, after the client; a task that it refuses
     *     runs on shared threads instead. By default up to 4 shared daemon threads at a time for
     *     each client
     * @return this builder
     */
    public WsClientBuilder<M> executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Label in logs, metrics and coroutine names.
     *
     * @param name not blank; by default {@code ws}
     * @return this builder
     */
    public WsClientBuilder<M> name(String name) {
        settings.setName(Objects.requireNonNull(name, "name"));
        return this;
    }

    /**
     * Subprotocols to offer, most wanted first.
     *
     * @param subprotocols tokens without repeats; by default none
     * @return this builder
     */
    public WsClientBuilder<M> subprotocols(List<String> subprotocols) {
        settings.setSubprotocols(List.copyOf(subprotocols));
        return this;
    }

    /**
     * When to come back after a loss.
     *
     * @param reconnect by default {@link Reconnects#singleConnection}
     * @return this builder
     */
    public WsClientBuilder<M> reconnect(WsReconnectStrategy reconnect) {
        settings.setReconnect(Objects.requireNonNull(reconnect, "reconnect"));
        return this;
    }

    /**
     * Floor under immediate reconnects.
     *
     * @param immediateFloor by default 1 attempt a second
     * @return this builder
     */
    public WsClientBuilder<M> immediateFloor(ImmediateReconnectFloor immediateFloor) {
        settings.setImmediateFloor(Objects.requireNonNull(immediateFloor, "immediateFloor"));
        return this;
    }

    /**
     * Guards the attempts.
     *
     * @param circuitBreaker see {@link CircuitBreakers}; by default none
     * @return this builder
     */
    public WsClientBuilder<M> circuitBreaker(WsCircuitBreaker circuitBreaker) {
        settings.setCircuitBreaker(Objects.requireNonNull(circuitBreaker, "circuitBreaker"));
        return this;
    }

    /**
     * How a dead peer is noticed.
     *
     * @param heartbeat see {@link Heartbeats}; by default protocol pings, 20 s apart, 10 s to
     *     answer
     * @return this builder
     */
    public WsClientBuilder<M> heartbeat(WsPingPongStrategy heartbeat) {
        settings.setHeartbeat(Objects.requireNonNull(heartbeat, "heartbeat"));
        return this;
    }

    /**
     * The link ends when nothing at all comes in for so long. While a slow consumer holds reading
     * back, nothing can come in, and neither this nor a ping ends the link; see {@link
     * #inboundCapacity}.
     *
     * @param maxSilence positive; by default no limit: pings do the watching
     * @return this builder
     */
    public WsClientBuilder<M> maxSilence(Duration maxSilence) {
        Settings.maxSilence(settings, Objects.requireNonNull(maxSilence, "maxSilence"));
        return this;
    }

    /**
     * The link ends when no data comes in for so long, whatever else does: heartbeats, pongs,
     * acknowledgements, messages that the endpoint says are no data ({@link
     * io.github.belay.endpoint.WsParseOutcome#notData}), and what the ingress ignores. Counted from
     * when the link is ready. Pings may be on or off; reading that is held back stops this clock as
     * it does that of {@link #maxSilence}.
     *
     * @param dataTimeout positive; by default no limit
     * @return this builder
     */
    public WsClientBuilder<M> dataTimeout(Duration dataTimeout) {
        Settings.dataTimeout(settings, Objects.requireNonNull(dataTimeout, "dataTimeout"));
        return this;
    }

    /**
     * When round trips of pings take too long, and what follows.
     *
     * @param latencyPolicy by default none
     * @return this builder
     */
    public WsClientBuilder<M> latencyPolicy(WsLatencyPolicy latencyPolicy) {
        settings.setLatencyPolicy(Objects.requireNonNull(latencyPolicy, "latencyPolicy"));
        return this;
    }

    /**
     * How often the endpoint is asked how old the data is that comes in: for one message in so
     * long, in {@link WsEndpoint#samplePayloadTimestamps}.
     *
     * @param payloadLagInterval positive; by default never
     * @return this builder
     */
    public WsClientBuilder<M> payloadLagInterval(Duration payloadLagInterval) {
        Settings.payloadLagInterval(
                settings, Objects.requireNonNull(payloadLagInterval, "payloadLagInterval"));
        return this;
    }

    /**
     * Limit for target, name lookup, TCP, TLS and handshake together; and again from there to
     * ready.
     *
     * @param connectTimeout at least 1 ms; by default 10 s
     * @return this builder
     */
    public WsClientBuilder<M> connectTimeout(Duration connectTimeout) {
        Settings.connectTimeout(settings, Objects.requireNonNull(connectTimeout, "connectTimeout"));
        return this;
    }

    /**
     * Limit for one write to leave, beyond which the peer counts as not reading.
     *
     * @param writeTimeout at least 1 ms; by default 10 s
     * @return this builder
     */
    public WsClientBuilder<M> writeTimeout(Duration writeTimeout) {
        Settings.writeTimeout(settings, Objects.requireNonNull(writeTimeout, "writeTimeout"));
        return this;
    }

    /**
     * How long a closing handshake may take, and then how long user code may take to finish.
     *
     * @param closeTimeout at least 1 ms; by default 2 s
     * @return this builder
     */
    public WsClientBuilder<M> closeTimeout(Duration closeTimeout) {
        Settings.closeTimeout(settings, Objects.requireNonNull(closeTimeout, "closeTimeout"));
        return this;
    }

    /**
     * How long a link must have been ready before it counts as a success.
     *
     * @param stabilityWindow at least zero; by default 10 s
     * @return this builder
     */
    public WsClientBuilder<M> stabilityWindow(Duration stabilityWindow) {
        Settings.stabilityWindow(
                settings, Objects.requireNonNull(stabilityWindow, "stabilityWindow"));
        return this;
    }

    /**
     * What to offer for compressed messages (permessage-deflate, RFC 7692). A server may decline.
     * Without this call nothing is offered.
     *
     * @param compression refused by {@link #build()} if the transport cannot compress
     * @return this builder
     */
    public WsClientBuilder<M> compression(WsDeflateConfig compression) {
        settings.setCompression(Objects.requireNonNull(compression, "compression"));
        return this;
    }

    /**
     * Size limits of the link.
     *
     * @param buffers by default 16 MiB for a message
     * @return this builder
     */
    public WsClientBuilder<M> buffers(WsBuffers buffers) {
        settings.setBuffers(Objects.requireNonNull(buffers, "buffers"));
        return this;
    }

    /**
     * Trust for {@code wss}.
     *
     * @param tls by default the platform's trust
     * @return this builder
     */
    public WsClientBuilder<M> tls(WsTlsConfig tls) {
        settings.setTls(Objects.requireNonNull(tls, "tls"));
        return this;
    }

    /**
     * Messages that may wait to be sent; {@link #overflow} says what becomes of more.
     *
     * @param outboundCapacity at least 1; by default 1024
     * @return this builder
     */
    public WsClientBuilder<M> outboundCapacity(int outboundCapacity) {
        settings.setOutboundCapacity(outboundCapacity);
        return this;
    }

    /**
     * Bytes of payload that may wait to be sent.
     *
     * @param maxQueuedBytes at least 1; by default 16 MiB
     * @return this builder
     */
    public WsClientBuilder<M> maxQueuedBytes(long maxQueuedBytes) {
        settings.setMaxQueuedBytes(maxQueuedBytes);
        return this;
    }

    /**
     * What becomes of a message that finds no room in the outbound queue.
     *
     * @param overflow by default {@link WsOverflow#FAIL}
     * @return this builder
     */
    public WsClientBuilder<M> overflow(WsOverflow overflow) {
        settings.setOverflow(Objects.requireNonNull(overflow, "overflow"));
        return this;
    }

    /**
     * What becomes of messages while no link is ready.
     *
     * @param offline by default {@link WsOfflinePolicy#KEEP}
     * @return this builder
     */
    public WsClientBuilder<M> offline(WsOfflinePolicy offline) {
        settings.setOffline(Objects.requireNonNull(offline, "offline"));
        return this;
    }

    /**
     * Part of a bound of the outbound queue, above which there is one warning in log and metrics;
     * the next one not before the queue was down to half of that.
     *
     * @param queueWarnRatio from 0.0 to 1.0, which means never; by default 0.8
     * @return this builder
     */
    public WsClientBuilder<M> queueWarnRatio(double queueWarnRatio) {
        settings.setQueueWarnRatio(queueWarnRatio);
        return this;
    }

    /**
     * Messages received and not yet taken by the user, beyond which reading stops. Each stop is
     * counted, and seen as long as it lasts, in {@link
     * io.github.belay.observe.WsConnectionStats#isReadingPaused}.
     *
     * @param inboundCapacity at least 1; by default 1024
     * @return this builder
     */
    public WsClientBuilder<M> inboundCapacity(int inboundCapacity) {
        settings.setInboundCapacity(inboundCapacity);
        return this;
    }

    /**
     * Bytes of payload received and not yet taken by the user, beyond which reading stops.
     *
     * @param maxInboundBytes at least 1; by default 16 MiB
     * @return this builder
     */
    public WsClientBuilder<M> maxInboundBytes(long maxInboundBytes) {
        settings.setMaxInboundBytes(maxInboundBytes);
        return this;
    }

    /**
     * Requests in flight.
     *
     * @param maxPendingRequests at least 1; by default 1024
     * @return this builder
     */
    public WsClientBuilder<M> maxPendingRequests(int maxPendingRequests) {
        settings.setMaxPendingRequests(maxPendingRequests);
        return this;
    }

    /**
     * Where the client is found by its {@link #name}, which has to be unique there.
     *
     * @param registry by default none
     * @return this builder
     */
    public WsClientBuilder<M> registry(WsRegistry<WsClient<?>> registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
        return this;
    }

    /**
     * Whether what is told and asked waits, like the subscriptions, until the session of an {@code
     * AUTH_GATED} endpoint is authenticated, and leaves behind them. False lets it leave as soon as
     * the auth payload has, for logins that are conversations.
     *
     * @param gateSends by default true
     * @return this builder
     */
    public WsClientBuilder<M> gateSends(boolean gateSends) {
        settings.setGateSends(gateSends);
        return this;
    }

    /**
     * What a message costs that {@code parse} or {@code handleMessage} throws at.
     *
     * @param messageErrors by default that one message
     * @return this builder
     */
    public WsClientBuilder<M> messageErrors(WsMessageErrorPolicy messageErrors) {
        settings.setMessageErrors(Objects.requireNonNull(messageErrors, "messageErrors"));
        return this;
    }

    /**
     * True to run {@link WsEndpoint#handleMessage} where the message arrives, on the connection's
     * own turn: a message costs no hop then, and as long as the handler blocks the connection does
     * nothing else, its pongs included.
     *
     * @param inlineDelivery by default false
     * @return this builder
     */
    public WsClientBuilder<M> inlineDelivery(boolean inlineDelivery) {
        settings.setInlineDelivery(inlineDelivery);
        return this;
    }

    /**
     * Sees every frame that comes and goes.
     *
     * @param frameTap by default nobody
     * @return this builder
     */
    public WsClientBuilder<M> frameTap(WsFrameTap frameTap) {
        settings.setFrameTap(Objects.requireNonNull(frameTap, "frameTap"));
        return this;
    }

    /**
     * Hears of what happens, as numbers.
     *
     * @param metrics quick and thread-safe; by default nobody
     * @return this builder
     */
    public WsClientBuilder<M> metrics(WsMetricsReporter metrics) {
        settings.setMetrics(Objects.requireNonNull(metrics, "metrics"));
        return this;
    }

    /**
     * Checks everything and makes the client, which does not connect by itself. Later changes to
     * this builder do not reach it.
     *
     * @return the client, to be closed by the caller
     * @throws IllegalArgumentException naming field and value, for what is not allowed
     */
    public WsClient<M> build() {
        ClientBridge<M> bridge =
                new ClientBridge<>(transport, endpoint, ingress, settings.build(), executor);
        WsClient<M> client = new WsClient<>(bridge);
        if (registry != null) {
            bridge.register(registry, client);
        }
        return client;
    }
}
