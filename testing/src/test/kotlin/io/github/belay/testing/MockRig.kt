package io.github.belay.testing

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsTransportSession
import io.github.belay.transport.WsUrl
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

internal fun request(
    subprotocols: List<String> = emptyList(),
    connectTimeoutMillis: Long = 10_000,
): WsConnectRequest =
    WsConnectRequest(
        WsUrl.parse("ws://localhost/mock"),
        subprotocols = subprotocols,
        connectTimeoutMillis = connectTimeoutMillis,
    )

/** One open link of a mock: both ends and what the client heard. */
internal class OpenMock(
    val listener: RecordingListener,
    val connection: MockConnection,
) {
    val session: WsTransportSession =
        listener.events
            .filterIsInstance<ListenerEvent.Opened>()
            .single()
            .session

    /** How the flushes of [send] ended, in the order in which they did. */
    val flushes: MutableList<Result<Unit>> = mutableListOf()

    fun send(vararg frames: WsFrame) {
        frames.forEach(session::write)
        session.flush(flushListener())
    }

    fun flushListener(): WsFlushListener =
        WsFlushListener { failure ->
            flushes += if (failure == null) Result.success(Unit) else Result.failure(failure)
        }

    fun heardTexts(): List<String> = listener.frames.map { it.payload.decodeToString() }
}

internal suspend fun Pair<MockTransport, MockServer>.openLink(
    listener: RecordingListener = RecordingListener(),
    request: WsConnectRequest = request(),
): OpenMock {
    first.connect(request, listener)
    val connection = second.acceptConnection()
    // The connection is announced just before the listener hears of it.
    yield()
    return OpenMock(listener, connection)
}

internal fun text(text: String): WsFrame = WsFrame.text(text)

/** A request for a link with limits that a test can reach. */
internal fun smallLink() =
    WsConnectRequest(
        WsUrl.parse("ws://localhost/mock"),
        buffers = WsBuffers(maxMessageBytes = 1000, writeBufferBytes = 10, maxWriteBufferBytes = 20),
    )

/** Names of the events after the opening. */
internal fun OpenMock.story(): List<String> = listener.events.drop(1).map { it.toString() }

/** A test with one open link, after which the contract must have been kept. */
internal fun linked(
    request: WsConnectRequest = request(),
    limits: MockLimits = MockLimits(),
    body: suspend TestScope.(OpenMock) -> Unit,
) = runTest {
    val link = MockTransport.channelPair(limits).openLink(request = request)
    body(link)
    link.listener.assertContractKept()
}
