package io.github.belay

import io.github.belay.endpoint.WsMessageErrorPolicy
import io.github.belay.frame.WsDeflateConfig
import io.github.belay.internal.session.PingPlan
import io.github.belay.observe.WsFrameTap
import io.github.belay.observe.WsMetricsReporter
import io.github.belay.outbound.WsOfflinePolicy
import io.github.belay.outbound.WsOverflow
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.ImmediateReconnectFloor
import io.github.belay.policy.ProtocolPingPong
import io.github.belay.policy.WsCircuitBreaker
import io.github.belay.policy.WsLatencyPolicy
import io.github.belay.policy.WsPingPongStrategy
import io.github.belay.policy.WsReconnectStrategy
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTlsConfig
import io.github.belay.transport.WsUrl
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * All settings of one connection, checked when it is made and fixed for its life. Made by the builder that
 * `WebSocketActor(transport) { … }` runs.
 */
public class WebSocketActorConfig private constructor(
    builder: Builder,
) {
    /** Label in logs, metrics and coroutine names. Default `ws`. */
    public val name: String = builder.name

    /** Asked for address and headers at every attempt. */
    public val target: WsTargetProvider = builder.target()

    /** Subprotocols to offer, most wanted first. Default none. */
    public val subprotocols: List<String> = builder.subprotocols.toList()

    /** When to come back after a loss. Default exponential, 1 s to 30 s by 1.5, equal jitter, without end. */
    public val reconnect: WsReconnectStrategy = builder.reconnect

    /** Floor under immediate reconnects. Default 1 attempt a second. */
    public val immediateFloor: ImmediateReconnectFloor = builder.immediateFloor

    /** Guards the attempts; null, the default, for none. */
    public val circuitBreaker: WsCircuitBreaker? = builder.circuitBreaker

    /** How a dead peer is noticed. Default protocol pings, 20 s apart, 10 s to answer. */
    public val heartbeat: WsPingPongStrategy = builder.heartbeat

    /**
     * The link ends when nothing at all comes in for so long. Default infinite: pings do the watching. While a slow
     * consumer holds reading back, nothing can come in, and neither this nor a ping ends the link; see
     * [inboundCapacity].
     */
    public val maxSilence: Duration = builder.maxSilence

    /**
     * The link ends when no data comes in for so long, whatever else does: heartbeats, pongs, acknowledgements, what the
     * ingress ignores, and messages that the endpoint says are no data. Counted from when the link is ready. Default
     * infinite. Pings may be on or off; reading that is held back stops this clock as it does that of [maxSilence].
     */
    public val dataTimeout: Duration = builder.dataTimeout

    /** When round trips of pings take too long, and what follows. Default null: never. */
    public val latencyPolicy: WsLatencyPolicy? = builder.latencyPolicy

    /**
     * How often the endpoint is asked how old the data is that comes in: for one message in so long, in
     * `samplePayloadTimestamps`. Default infinite: never.
     */
    public val payloadLagInterval: Duration = builder.payloadLagInterval

    /**
     * Limit for provider, name lookup, TCP, TLS and handshake together; and again from there to ready. Default 10 s.
     */
    public val connectTimeout: Duration = builder.connectTimeout

    /** Limit for one write to leave, beyond which the peer counts as not reading. Default 10 s. */
    public val writeTimeout: Duration = builder.writeTimeout

    /** How long a closing handshake may take, and then how long user code may take to finish. Default 2 s. */
    public val closeTimeout: Duration = builder.closeTimeout

    /** How long a link must have been ready before it counts as a success. Default 10 s. */
    public val stabilityWindow: Duration = builder.stabilityWindow

    /** Size limits of the link. */
    public val buffers: WsBuffers = builder.buffers

    /** Trust for `wss`. */
    public val tls: WsTlsConfig = builder.tls

    /**
     * What to offer for compressed messages (permessage-deflate, RFC 7692); null, the default, to offer nothing. A
     * server may decline. Refused when the connection is made if the transport cannot compress.
     */
    public val compression: WsDeflateConfig? = builder.compression

    /** Messages that may wait to be sent; [overflow] says what becomes of more. Default 1024. */
    public val outboundCapacity: Int = builder.outboundCapacity

    /** Bytes of payload that may wait to be sent. Default 16 MiB. */
    public val maxQueuedBytes: Long = builder.maxQueuedBytes

    /** What becomes of a message that finds no room in the outbound queue. Default [WsOverflow.FAIL]. */
    public val overflow: WsOverflow = builder.overflow

    /** What becomes of messages while no link is ready. Default [WsOfflinePolicy.KEEP]. */
    public val offline: WsOfflinePolicy = builder.offline

    /**
     * Part of a bound of the outbound queue, above which there is one warning in log and metrics; the next one not before the
     * queue was down to half of that. From 0.0 to 1.0, which means never. Default 0.8.
     */
    public val queueWarnRatio: Double = builder.queueWarnRatio

    /**
     * Messages received and not yet taken by the user, beyond which reading stops. Default 1024. Each stop is counted,
     * and seen as long as it lasts, in [io.github.belay.observe.WsConnectionStats.isReadingPaused].
     */
    public val inboundCapacity: Int = builder.inboundCapacity

    /**
     * Bytes of payload received and not yet taken by the user, beyond which reading stops. Default 16 MiB. What the
     * transport has taken in by then comes on top: some frames of up to [WsBuffers.maxFrameBytes].
     */
    public val maxInboundBytes: Long = builder.maxInboundBytes

    /** What a message costs that `parse` or `handleMessage` throws at. Default that one message. */
    public val messageErrors: WsMessageErrorPolicy = builder.messageErrors

    /**
     * True to run `handleMessage` where the message arrives, on the connection's own turn: a message costs no hop then,
     * and as long as the handler blocks the connection does nothing else, its pongs included. Once it suspends, messages
     * wait for it in the bounded buffer as ever. Default false.
     */
    public val inlineDelivery: Boolean = builder.inlineDelivery

    /** Requests in flight. Default 1024. */
    public val maxPendingRequests: Int = builder.maxPendingRequests

    /**
     * Whether what is told and asked waits, like the subscriptions, until the session of an `AUTH_GATED` endpoint is
     * authenticated, and leaves behind them. Default true. False lets it leave as soon as the auth payload has, for logins
     * that are conversations.
     */
    public val gateSends: Boolean = builder.gateSends

    /** Where the connection is found by its [name], which has to be unique there; null, the default, for nowhere. */
    public val registry: WsRegistry<WebSocketActor<*>>? = builder.registry

    /** Sees every frame that comes and goes; null, the default, for nobody. */
    public val frameTap: WsFrameTap? = builder.frameTap

    /** Hears of what happens. Default nobody. */
    public val metrics: WsMetricsReporter = builder.metrics

    init {
        require(name.isNotBlank()) { "name must not be blank" }
        requireLimit("connectTimeout", connectTimeout)
        requireLimit("writeTimeout", writeTimeout)
        requireLimit("closeTimeout", closeTimeout)
        require(maxSilence > Duration.ZERO) { "maxSilence must be > 0 but was $maxSilence" }
        require(dataTimeout > Duration.ZERO) { "dataTimeout must be > 0 but was $dataTimeout" }
        require(!stabilityWindow.isNegative() && stabilityWindow.isFinite()) {
            "stabilityWindow must be >= 0 and finite but was $stabilityWindow"
        }
        require(payloadLagInterval > Duration.ZERO) { "payloadLagInterval must be > 0 but was $payloadLagInterval" }
        requirePositive("outboundCapacity", outboundCapacity.toLong())
        requirePositive("maxQueuedBytes", maxQueuedBytes)
        require(queueWarnRatio in 0.0..1.0) { "queueWarnRatio must be in 0.0..1.0 but was $queueWarnRatio" }
        requirePositive("inboundCapacity", inboundCapacity.toLong())
        requirePositive("maxInboundBytes", maxInboundBytes)
        requirePositive("maxPendingRequests", maxPendingRequests.toLong())
        // Subprotocols and limits obey the request's own rules; better now than at the first attempt.
        request(WsTarget("ws://localhost"))
    }

    /** What [heartbeat] says of itself. Made here, so that what cannot be is refused now. */
    internal val pingPlan: PingPlan = PingPlan(heartbeat)

    private val fixedTarget: WsTarget = builder.fixedTarget()

    /** What is known of every attempt's request before the first one; with a provider at a stand-in for its address. */
    internal fun fixedRequest(): WsConnectRequest = request(fixedTarget)

    /** The request for an attempt at [target]. Throws [IllegalArgumentException] for what is not allowed in one. */
    internal fun request(target: WsTarget): WsConnectRequest =
        WsConnectRequest(
            url = WsUrl.parse(target.url),
            headers = target.headers,
            subprotocols = subprotocols,
            connectTimeoutMillis = connectTimeout.inWholeMilliseconds,
            buffers = buffers,
            tls = tls,
            compression = compression,
        )

    private fun requireLimit(
        field: String,
        value: Duration,
    ) = require(
        value.inWholeMilliseconds >= 1 && value.isFinite(),
    ) { "$field must be >= 1ms and finite but was $value" }

    private fun requirePositive(
        field: String,
        value: Long,
    ) = require(value >= 1) { "$field must be >= 1 but was $value" }

    /** Collects the settings; each property is described at [WebSocketActorConfig]. Not thread-safe. */
    public class Builder {
        /** See [WebSocketActorConfig.name]. */
        public var name: String = "ws"

        /** See [WebSocketActorConfig.subprotocols]. */
        public var subprotocols: List<String> = emptyList()

        /** See [WebSocketActorConfig.reconnect]. */
        public var reconnect: WsReconnectStrategy = ExponentialBackoff()

        /** See [WebSocketActorConfig.immediateFloor]. */
        public var immediateFloor: ImmediateReconnectFloor = ImmediateReconnectFloor()

        /** See [WebSocketActorConfig.circuitBreaker]. */
        public var circuitBreaker: WsCircuitBreaker? = null

        /** See [WebSocketActorConfig.heartbeat]. */
        public var heartbeat: WsPingPongStrategy = ProtocolPingPong()

        /** See [WebSocketActorConfig.maxSilence]. */
        public var maxSilence: Duration = Duration.INFINITE

        /** See [WebSocketActorConfig.dataTimeout]. */
        public var dataTimeout: Duration = Duration.INFINITE

        /** See [WebSocketActorConfig.latencyPolicy]. */
        public var latencyPolicy: WsLatencyPolicy? = null

        /** See [WebSocketActorConfig.payloadLagInterval]. */
        public var payloadLagInterval: Duration = Duration.INFINITE

        /** See [WebSocketActorConfig.connectTimeout]. */
        public var connectTimeout: Duration = 10.seconds

        /** See [WebSocketActorConfig.writeTimeout]. */
        public var writeTimeout: Duration = 10.seconds

        /** See [WebSocketActorConfig.closeTimeout]. */
        public var closeTimeout: Duration = 2.seconds

        /** See [WebSocketActorConfig.stabilityWindow]. */
        public var stabilityWindow: Duration = 10.seconds

        /** See [WebSocketActorConfig.buffers]. */
        public var buffers: WsBuffers = WsBuffers()

        /** See [WebSocketActorConfig.tls]. */
        public var tls: WsTlsConfig = WsTlsConfig.DEFAULT

        /** See [WebSocketActorConfig.compression]. */
        public var compression: WsDeflateConfig? = null

        /** See [WebSocketActorConfig.outboundCapacity]. */
        public var outboundCapacity: Int = DEFAULT_CAPACITY

        /** See [WebSocketActorConfig.maxQueuedBytes]. */
        public var maxQueuedBytes: Long = DEFAULT_BYTES

        /** See [WebSocketActorConfig.overflow]. */
        public var overflow: WsOverflow = WsOverflow.FAIL

        /** See [WebSocketActorConfig.offline]. */
        public var offline: WsOfflinePolicy = WsOfflinePolicy.KEEP

        /** See [WebSocketActorConfig.queueWarnRatio]. */
        public var queueWarnRatio: Double = DEFAULT_WARN_RATIO

        /** See [WebSocketActorConfig.inboundCapacity]. */
        public var inboundCapacity: Int = DEFAULT_CAPACITY

        /** See [WebSocketActorConfig.maxInboundBytes]. */
        public var maxInboundBytes: Long = DEFAULT_BYTES

        /** See [WebSocketActorConfig.messageErrors]. */
        public var messageErrors: WsMessageErrorPolicy = WsMessageErrorPolicy.SKIP

        /** See [WebSocketActorConfig.inlineDelivery]. */
        public var inlineDelivery: Boolean = false

        /** See [WebSocketActorConfig.maxPendingRequests]. */
        public var maxPendingRequests: Int = DEFAULT_CAPACITY

        /** See [WebSocketActorConfig.gateSends]. */
        public var gateSends: Boolean = true

        /** See [WebSocketActorConfig.registry]. */
        public var registry: WsRegistry<WebSocketActor<*>>? = null

        /** See [WebSocketActorConfig.frameTap]. */
        public var frameTap: WsFrameTap? = null

        /** See [WebSocketActorConfig.metrics]. */
        public var metrics: WsMetricsReporter = object : WsMetricsReporter {}

        private var headers = WsHeaders.EMPTY
        private var provider: WsTargetProvider? = null
        private var address: String? = null

        /** The address, the same at every attempt; throws [IllegalArgumentException] unless `ws:` or `wss:`. */
        public fun url(url: String) {
            WsUrl.parse(url)
            address = url
        }

        /** A header line, the same at every attempt; throws [IllegalArgumentException] if it is not allowed. */
        public fun header(
            name: String,
            value: String,
        ) {
            headers = headers.with(name, value)
            WsConnectRequest(WsUrl.parse("ws://localhost"), headers)
        }

        /** Asked for address and headers at every attempt, instead of [url]. Lines set by [header] go along. */
        public fun target(provider: WsTargetProvider) {
            this.provider = provider
        }

        /** Checks everything. Throws [IllegalArgumentException], naming field and value, for what is not allowed. */
        public fun build(): WebSocketActorConfig = WebSocketActorConfig(this)

        internal fun fixedTarget(): WsTarget = WsTarget(address ?: STAND_IN, headers)

        internal fun target(): WsTargetProvider {
            val fixed = headers
            val url = address
            val asked = provider
            require((url == null) != (asked == null)) { "exactly one of url and target must be set" }
            return if (asked != null) {
                WsTargetProvider { attempt -> asked.target(attempt).let { WsTarget(it.url, fixed + it.headers) } }
            } else {
                WsTarget(url.orEmpty(), fixed).let { target -> WsTargetProvider { target } }
            }
        }

        private companion object {
            const val DEFAULT_CAPACITY = 1024
            const val DEFAULT_WARN_RATIO = 0.8
            const val DEFAULT_BYTES = 16L * 1024 * 1024

            /** No transport has a reason to refuse it. */
            const val STAND_IN = "wss://localhost"
        }
    }
}
