package io.github.belay.testing.server

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** How a [RawWsServer] is set up. Throws [IllegalArgumentException] unless every number is at least 1. */
public class RawWsOptions
    @JvmOverloads
    constructor(
        /** What the server shows to `wss` clients; null makes it a `ws` server. */
        public val tls: LoopbackTls? = null,
        /** Frames of a client that nobody received, beyond which the server stops reading from it. Default 1024. */
        public val maxUnreceivedFrames: Int = DEFAULT_UNRECEIVED,
        /** Payload of one message of a client; a larger one ends the connection. Default 64 MiB. */
        public val maxMessageBytes: Int = DEFAULT_MESSAGE_BYTES,
        /** Connections at a time, each of which costs a thread; more are closed at once. Default 1024. */
        public val maxConnections: Int = DEFAULT_CONNECTIONS,
        /** Size of the socket's receive buffer: a small one lets a client feel soon that nobody reads. Default 64 KiB. */
        public val receiveBufferBytes: Int = DEFAULT_RECEIVE_BYTES,
        /** The name to listen on and to be reached by; must lead to this machine. Default `localhost`. */
        public val host: String = "localhost",
        /** How long a function that waits does so. Default 10 s. */
        internal val patience: Duration = 10.seconds,
    ) {
        init {
            require(maxUnreceivedFrames >= 1) { "maxUnreceivedFrames must be >= 1 but was $maxUnreceivedFrames" }
            require(maxMessageBytes >= 1) { "maxMessageBytes must be >= 1 but was $maxMessageBytes" }
            require(maxConnections >= 1) { "maxConnections must be >= 1 but was $maxConnections" }
            require(receiveBufferBytes >= 1) { "receiveBufferBytes must be >= 1 but was $receiveBufferBytes" }
        }

        override fun toString(): String = "RawWsOptions(host=$host, tls=${tls != null})"

        private companion object {
            const val DEFAULT_UNRECEIVED = 1024
            const val DEFAULT_MESSAGE_BYTES = 64 * 1024 * 1024
            const val DEFAULT_CONNECTIONS = 1024
            const val DEFAULT_RECEIVE_BYTES = 64 * 1024
        }
    }
