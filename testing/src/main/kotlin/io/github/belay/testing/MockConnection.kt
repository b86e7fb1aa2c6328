package io.github.belay.testing

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsProtocolException
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsLinkEnd
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.future.future
import kotlinx.coroutines.selects.onTimeout
import kotlinx.coroutines.selects.select
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration

/**
 * The server's end of one link: what the client wrote, and every way of answering it, well or badly.
 *
 * Safe from any thread; nothing blocks. What is sent here reaches the client in order, each call as one read. Sending to
 * a client that is gone does nothing; sending after the server itself ended the stream throws [IllegalStateException].
 */
@Suppress("TooManyFunctions") // One flat surface: whoever writes a test looks for a verb, and there is one for each.
public class MockConnection internal constructor(
    private val link: MockLink,
    private val scope: CoroutineScope,
) {
    /** 1 for the first connection of the server, 2 for the next. */
    public val id: Int get() = link.id

    /** What the client asked for. */
    public val request: WsConnectRequest get() = link.request

    /** False once the link has ended for the client, or the client ended it. */
    public val isOpen: Boolean get() = link.isOpen

    /** Whether the client reads. */
    public val isReading: Boolean get() = link.isReading

    /** How often the client turned reading off. */
    public val pausedReads: Int get() = link.pausedReads

    /** Frames sent here that the client has not read. */
    public val undeliveredFrames: Int get() = link.undeliveredFrames

    // Receiving.

    /**
     * Suspends until a frame of the client arrives. Pings that are answered automatically are not seen. Throws
     * [NoSuchElementException] when the link has ended and nothing is left.
     */
    public suspend fun receive(): WsFrame = link.received.receive().also { link.ring() }

    /** Like [receive], but null when nothing arrives within [timeout] or ever. */
    @OptIn(ExperimentalCoroutinesApi::class)
    public suspend fun receive(timeout: Duration): WsFrame? =
        select {
            link.received.onReceiveCatching { it.getOrNull() }
            onTimeout(timeout) { null }
        }.also { link.ring() }

    /** The next frame of the client if it is there. */
    public fun tryReceive(): WsFrame? =
        link.received
            .tryReceive()
            .getOrNull()
            .also { link.ring() }

    /** [receive] for a text message, decoded; throws [IllegalStateException] when the next frame is of another kind. */
    public suspend fun receiveText(): String {
        val frame = receive()
        check(frame is WsFrame.Text) { "the next frame must be TEXT but was $frame" }
        return frame.text.toString()
    }

    /** [receive] for Java. */
    public fun receiveAsync(): CompletableFuture<WsFrame> = scope.future(CoroutineName("ws-mock-receive")) { receive() }

    /** Suspends until the client has heard of the end, and returns what it heard. */
    public suspend fun awaitEnd(): WsLinkEnd = link.closed.await()

    // Sending.

    /** Sends a text message. */
    public fun sendText(text: String) {
        sendFrame(WsFrame.text(text))
    }

    /** Sends a binary message over [bytes], which the caller gives away. */
    public fun sendBinary(bytes: ByteArray) {
        sendFrame(WsFrame.binary(bytes))
    }

    /** Sends a ping. */
    @JvmOverloads
    public fun sendPing(payload: WsBytes = WsBytes.EMPTY) {
        sendFrame(WsFrame.ping(payload))
    }

    /** Sends a pong. */
    @JvmOverloads
    public fun sendPong(payload: WsBytes = WsBytes.EMPTY) {
        sendFrame(WsFrame.pong(payload))
    }

    /** Sends a Close frame and leaves the stream open; the answer ends it while [echoesClose] is on. */
    @JvmOverloads
    public fun sendClose(
        code: Int = CloseCode.NORMAL,
        reason: String = "",
    ) {
        sendFrame(WsFrame.close(code, reason))
    }

    /**
     * Sends [frame] as a read of its own. A message above the client's limits or a text that is not UTF-8 arrives as the
     * violation that it is.
     */
    public fun sendFrame(frame: WsFrame) {
        link.send(Arrival.Read(listOf(frame)))
    }

    /** Sends [frames] as one read: the client hears of each and then once of the read's end. */
    public fun sendBurst(frames: List<WsFrame>) {
        link.send(Arrival.Read(frames.toList()))
    }

    // Ending.

    /** Sends a Close frame and ends the stream behind it, without waiting for the answer. */
    @JvmOverloads
    public fun close(
        code: Int = CloseCode.NORMAL,
        reason: String = "",
    ) {
        sendClose(code, reason)
        dropSocket()
    }

    /** Ends the stream without a Close frame. What the client writes before it hears of that still succeeds. */
    public fun dropSocket() {
        link.send(Arrival.EndOfStream)
    }

    /** Resets the connection: the link fails with [message], and so does every flush from now on. */
    @JvmOverloads
    public fun reset(message: String = "Connection reset by peer") {
        link.send(Arrival.Reset(message))
    }

    // Misbehaving.

    /** Sends bytes that break the protocol, as the client's codec would report them. No frame arrives afterwards. */
    public fun violate(
        closeCode: Int,
        text: String,
    ) {
        link.send(Arrival.Violation(WsProtocolException(closeCode, text)))
    }

    /**
     * Becomes a half-open connection: from now on nothing arrives on either side, not even the end, what the client
     * writes succeeds and is lost. Cannot be undone.
     */
    public fun goSilent() {
        link.fault { isSilent = true }
    }

    /** Takes nothing more: flushes wait, and the session stops being writable once the client has written its limit. */
    public fun stallWrites() {
        link.fault { isStalled = true }
    }

    /** Ends [stallWrites]. */
    public fun resumeWrites() {
        link.fault { isStalled = false }
    }

    /** Fails every flush with [message] from now on, and loses what was flushed. The link does not end by that. */
    public fun failWrites(message: String) {
        link.fault { writeFailure = message }
    }

    /** While true, a ping is answered by a pong at once and is not received here. */
    public var answersPings: Boolean
        get() = link.ask { answersPings }
        set(value) = link.fault { answersPings = value }

    /**
     * While true, the client's Close is answered by the same, unless one was sent before, and ends the stream. It is
     * received here too.
     */
    public var echoesClose: Boolean
        get() = link.ask { echoesClose }
        set(value) = link.fault { echoesClose = value }

    internal fun abortByClient() {
        link.abort()
    }

    override fun toString(): String = "MockConnection(id=$id, isOpen=$isOpen)"
}
