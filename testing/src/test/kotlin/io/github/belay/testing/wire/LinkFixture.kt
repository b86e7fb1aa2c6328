package io.github.belay.testing.wire

import io.github.belay.frame.WsFrame
import io.github.belay.testing.RecordingListener
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsTlsConfig
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportSession
import io.github.belay.transport.WsUrl
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds

/** What a test asks of a [RawServer]. */
fun RawServer.request(
    target: String = "/",
    scheme: String = "ws",
    host: String = "127.0.0.1",
    headers: WsHeaders = WsHeaders.EMPTY,
    subprotocols: List<String> = emptyList(),
    timeoutMillis: Long = 10_000,
    buffers: WsBuffers = WsBuffers(),
    tls: WsTlsConfig = WsTlsConfig.DEFAULT,
): WsConnectRequest =
    WsConnectRequest(WsUrl.parse("$scheme://$host:$port$target"), headers, subprotocols, timeoutMillis, buffers, tls)

/** Opens a link and tells its listener, which has the session. */
fun WsTransport.open(request: WsConnectRequest): RecordingListener =
    RecordingListener().also {
        connect(request, it)
        it.awaitOpen()
    }

/** Tries to open a link; the listener will hear why it does not come about. */
fun WsTransport.attempt(request: WsConnectRequest): Pair<RecordingListener, WsConnectAttempt> {
    val listener = RecordingListener()
    return listener to connect(request, listener)
}

/** How one flush ended, and how often it said so. */
class FlushResult : WsFlushListener {
    private val outcome = CompletableFuture<Throwable?>()

    @Volatile
    var calls = 0
        private set

    override fun onFlushed(failure: Throwable?) {
        synchronized(this) { calls++ }
        outcome.complete(failure)
    }

    val isDone: Boolean get() = outcome.isDone

    /** Null if everything went to the socket. */
    fun await(): Throwable? = outcome.get(RawServer.PATIENCE_SECONDS, TimeUnit.SECONDS)
}

fun WsTransportSession.flushed(): FlushResult = FlushResult().also(::flush)

fun requestTo(
    url: String,
    headers: WsHeaders = WsHeaders.EMPTY,
    timeoutMillis: Long = 10_000,
): WsConnectRequest = WsConnectRequest(WsUrl.parse(url), headers, connectTimeoutMillis = timeoutMillis)

/** Writes and flushes until a flush does not come back, which takes all buffers between here and the peer. */
fun WsTransportSession.writeUntilStuck(): FlushResult {
    val block = WsFrame.binary(ByteArray(64 * 1024))
    var stuck: FlushResult
    do {
        repeat(4) { write(block) }
        stuck = flushed()
        val isOut = runCatching { awaitUntil("flushed", STUCK) { stuck.isDone } }.isSuccess
    } while (isOut)
    return stuck
}

private val STUCK = 300.milliseconds
