package io.github.belay.testing.server

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.testing.contract.ContractConnection
import io.github.belay.testing.contract.ProtocolViolation
import io.github.belay.transport.WsHeaders
import java.io.IOException
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.time.Duration

/**
 * One WebSocket connection of a [RawWsServer], over a real socket.
 *
 * Safe from any thread. Sending blocks while the client does not read. Sending to a client that is gone does nothing.
 */
public class RawWsConnection internal constructor(
    private val socket: RawSocket,
    private val request: UpgradeRequest,
    private val options: RawWsOptions,
) : ContractConnection {
    private val received = Inbox<WsFrame>(options.maxUnreceivedFrames)
    private val reading = Gate()

    /** Held while a write blocks, so that frames do not mix. */
    private val writing = ReentrantLock()

    @Volatile private var silent = false

    @Volatile private var sentClose = false

    /** While true, a ping is answered by a pong at once and is not received here. True at first. */
    @Volatile public var answersPings: Boolean = true

    /**
     * While true, the client's Close is answered by the same, unless one was sent before, and ends the stream. It is
     * received here too. True at first.
     */
    @Volatile public var echoesClose: Boolean = true

    /** While true, text and binary messages are sent back and not received here. False at first. */
    @Volatile public var echoesMessages: Boolean = false

    override val requestHeaders: WsHeaders get() = request.headers

    override val requestTarget: String get() = request.target

    override fun receive(): WsFrame =
        receive(options.patience) ?: throw AssertionError("waited ${options.patience} for a frame; ${whyNone()}")

    override fun receive(time: Duration): WsFrame? = received.take(time)

    private fun whyNone(): String = received.ended ?: "the client sent none"

    override fun send(vararg frames: WsFrame) {
        val bytes = ServerFrameWriter()
        frames.forEach(bytes::add)
        if (frames.any { it is WsFrame.Close }) sentClose = true
        write(bytes.toByteArray())
    }

    override fun sendFragments(
        kind: WsFrameKind,
        parts: List<WsBytes>,
        between: WsFrame?,
    ) {
        write(ServerFrameWriter().addFragments(kind, parts, between).toByteArray())
    }

    override fun violate(
        violation: ProtocolViolation,
        before: List<WsFrame>,
        after: List<WsFrame>,
    ) {
        val bytes = ServerFrameWriter()
        before.forEach(bytes::add)
        bytes.addRaw(violation.bytes)
        after.forEach(bytes::add)
        write(bytes.toByteArray())
    }

    /** Sends [bytes] as they are: any mistake, or part of a frame. */
    public fun sendRaw(bytes: WsBytes) {
        write(bytes.toByteArray())
    }

    /** Sends a Close frame and then ends the stream, without waiting for the answer. */
    @JvmOverloads
    public fun close(
        code: Int = CloseCode.NORMAL,
        reason: String = "",
    ) {
        send(WsFrame.close(code, reason))
        drop()
    }

    override fun drop() {
        RawSocket.quietly { socket.shutdownOutput() }
    }

    override fun reset() {
        RawSocket.quietly { socket.reset() }
    }

    override fun goSilent() {
        silent = true
    }

    override fun stopReading() {
        reading.set(open = false)
    }

    override fun resumeReading() {
        reading.set(open = true)
    }

    private fun write(bytes: ByteArray) {
        if (silent) return
        RawSocket.quietly { writing.withLock { socket.write(bytes) } }
    }

    /** Reads until the client ends the stream, the socket fails or the thread is interrupted. */
    internal fun serve() {
        val reader = ClientFrameReader(socket.input, options.maxMessageBytes)
        try {
            while (true) {
                reading.pass()
                val frame = reader.read() ?: break
                if (!silent) handle(frame)
            }
            received.end("the client ended the stream")
        } catch (failure: IOException) {
            received.end("reading from the client failed: $failure")
        } catch (_: InterruptedException) {
            received.end("the server was closed")
        }
    }

    private fun handle(frame: WsFrame) {
        when (frame) {
            is WsFrame.Ping -> {
                if (answersPings) send(WsFrame.pong(frame.payload)) else received.put(frame)
            }

            is WsFrame.Text, is WsFrame.Binary -> {
                if (echoesMessages) send(frame) else received.put(frame)
            }

            is WsFrame.Pong -> {
                received.put(frame)
            }

            is WsFrame.Close -> {
                received.put(frame)
                if (echoesClose) answerClose(frame)
            }
        }
    }

    /** The server ends the stream first (RFC 6455 section 7.1.1). */
    private fun answerClose(frame: WsFrame.Close) {
        if (!sentClose) send(frame)
        drop()
    }
}
