package io.github.belay.testing.contract

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTlsConfig
import io.github.belay.transport.WsUrl
import kotlin.time.Duration

/**
 * The peer that a [TransportContract] runs a transport against. `RawWsServer` is one; a transport without sockets brings
 * its own.
 *
 * Safe from any thread. Functions that wait block for a limited time and then throw [AssertionError].
 */
public interface ContractServer : AutoCloseable {
    /** Where it listens. */
    public val url: WsUrl

    /** Trust that accepts its certificate; of no matter for `ws`. */
    public val tls: WsTlsConfig

    /** Attempts to connect that have reached it. */
    public val attempts: Int

    /** Connections that clients have not closed, those among them whose handshake did not succeed. */
    public val openSockets: Int

    /** Answers the next attempt, behind those enqueued before, with [handshake]. Attempts beyond those are accepted. */
    public fun enqueue(handshake: ServerHandshake)

    /** Blocks until a client has connected; connections come in the order in which they opened, each once. */
    public fun awaitConnection(): ContractConnection

    /** Blocks until [attempts] is at least [count]. */
    public fun awaitAttempts(count: Int)

    /** Blocks until [openSockets] is 0. */
    public fun awaitNoSockets()

    /** Listens no more, ends every connection and releases every thread. Idempotent. */
    override fun close()
}

/**
 * One connection of a [ContractServer], whose handshake succeeded. Pings are answered with a pong and not received; a
 * Close is received, answered with the same unless one was sent, and followed by the end of the stream.
 *
 * Safe from any thread. What is sent may block for as long as the client does not read.
 */
public interface ContractConnection {
    /** Header lines of the client's handshake. */
    public val requestHeaders: WsHeaders

    /** Path and query of the client's handshake. */
    public val requestTarget: String

    /** The next message of the client; blocks for it. */
    public fun receive(): WsFrame

    /** The next message of the client, or null when none comes within [time]. */
    public fun receive(time: Duration): WsFrame?

    /** Sends [frames] in one write. */
    public fun send(vararg frames: WsFrame)

    /** Sends one message of [kind] in a frame for each of [parts], with [between] after the first. */
    public fun sendFragments(
        kind: WsFrameKind,
        parts: List<WsBytes>,
        between: WsFrame? = null,
    )

    /** Sends [before], [violation] and [after] in one write. */
    public fun violate(
        violation: ProtocolViolation,
        before: List<WsFrame> = emptyList(),
        after: List<WsFrame> = emptyList(),
    )

    /** Ends the stream in order, without a Close frame (FIN, under TLS behind a close_notify). */
    public fun drop()

    /** Ends the connection with a reset. */
    public fun reset()

    /** Answers nothing and sends nothing from now on, and stays open. */
    public fun goSilent()

    /** Reads nothing from now on, so that the client's writes get stuck. */
    public fun stopReading()

    /** Ends [stopReading]. */
    public fun resumeReading()
}
