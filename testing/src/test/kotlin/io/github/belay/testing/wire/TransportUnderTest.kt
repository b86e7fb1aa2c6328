package io.github.belay.testing.wire

import io.github.belay.transport.WsTransport

/** A kind of transport, as the scenarios over real sockets see it. */
class TransportUnderTest(
    /** Whether an end in order (FIN) is told from a failure (reset). */
    val tellsEndFromFailure: Boolean = true,
    /** Frames of one burst, at most. */
    val maxBurst: Int = Int.MAX_VALUE,
    /** Frames of any size that it takes in while reading is off, at most. */
    val maxFramesAhead: Int = 1,
    /** Bytes of its own buffers that fill up while reading is off, beside those frames. */
    val bufferedBytes: Int = 0,
    /** Whether its library answers some violations by itself, and nothing can be written then. */
    val answersViolations: Boolean = false,
    /** Threads of all transports of this kind that are alive now. */
    val threads: () -> Int,
    /** Waits until an open transport keeps nothing for links that have ended. Whoever asks is alone with its links. */
    val awaitIdle: () -> Unit = {},
    /** Makes one, with a name lookup in place of the platform's unless it is null. */
    private val make: (lookup: ((String) -> List<String>)?) -> WsTransport,
) {
    fun newTransport(lookup: ((String) -> List<String>)? = null): WsTransport = make(lookup)
}
