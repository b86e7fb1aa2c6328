package io.github.belay.endpoint

/** Takes the timestamps that an endpoint finds in a message; see [WsEndpointHandler.samplePayloadTimestamps]. */
public fun interface WsTimestampSink {
    /**
     * The message says of its [kind], one of a few words that are fit for a metric tag (`event`, `trade`), that it is of
     * [epochMicros], in microseconds since 1970. A time that is yet to come is dropped.
     */
    public fun timestamp(
        kind: String,
        epochMicros: Long,
    )
}
