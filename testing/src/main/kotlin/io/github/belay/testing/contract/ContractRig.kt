package io.github.belay.testing.contract

import io.github.belay.testing.ListenerEvent
import io.github.belay.testing.RecordingListener
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportSession
import org.junit.jupiter.api.Assumptions.assumeTrue
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration

/** The transport and the server of one contract test, and what the tests do with them over and over. */
public class ContractRig internal constructor(
    /** Under test. */
    public val transport: WsTransport,
    /** Its peer. */
    public val server: ContractServer,
    private val contract: TransportContract,
) : AutoCloseable {
    private val listeners = CopyOnWriteArrayList<RecordingListener>()

    /** See [TransportContract.patience]. */
    public val patience: Duration get() = contract.patience

    /** See [TransportContract.quietTime]. */
    public val quietTime: Duration get() = contract.quietTime

    /** Skips the test unless the transport has [capability]. */
    public fun assume(capability: ContractCapability) {
        assumeTrue(capability !in contract.lacks) { "the transport lacks $capability" }
    }

    /** Violations that the transport must notice. */
    public fun noticedViolations(): List<ProtocolViolation> = ProtocolViolation.entries - contract.unnoticed

    /** A request for the server. */
    public fun request(
        subprotocols: List<String> = emptyList(),
        headers: WsHeaders = WsHeaders.EMPTY,
        connectTimeoutMillis: Long = contract.patience.inWholeMilliseconds,
        buffers: WsBuffers = WsBuffers(),
    ): WsConnectRequest = WsConnectRequest(server.url, headers, subprotocols, connectTimeoutMillis, buffers, server.tls)

    /** A listener, checked after the test, that calls [react] within each call once the link is open. */
    public fun listener(react: (WsTransportSession, ListenerEvent) -> Unit = { _, _ -> }): RecordingListener =
        ReactingListener(contract.patience, react).also { listeners += it }

    /** Starts to connect [listener]. */
    public fun connect(
        listener: RecordingListener,
        request: WsConnectRequest = request(),
    ): WsConnectAttempt = transport.connect(request, listener)

    /** Opens a link and waits for both ends. */
    public fun open(
        request: WsConnectRequest = request(),
        listener: RecordingListener = listener(),
    ): ContractLink {
        connect(listener, request)
        val connection = server.awaitConnection()
        return ContractLink(listener, listener.awaitOpen(), connection, contract.patience)
    }

    /** Ends everything and checks that no listener heard what it must not hear. */
    override fun close() {
        transport.close()
        server.close()
        listeners.forEach { it.assertContractKept() }
    }
}

private class ReactingListener(
    patience: Duration,
    private val react: (WsTransportSession, ListenerEvent) -> Unit,
) : RecordingListener(patience) {
    private var session: WsTransportSession? = null

    override fun onEvent(event: ListenerEvent) {
        if (event is ListenerEvent.Opened) session = event.session
        session?.let { react(it, event) }
    }
}
