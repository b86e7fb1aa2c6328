package io.github.belay.ktor.internal

import io.github.belay.frame.WsFrame
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import java.io.IOException
import java.util.concurrent.Executor
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * One open link: a reader and a writer around Ktor's raw session, and the judgement of how it ended.
 *
 * Ktor's session goes on looking alive when the connection is dead. Two things tell: no more frames come, or its queue
 * of outbound frames closes with a cause.
 */
internal class KtorSession(
    answer: UpgradeAnswer.Open,
    private val request: WsConnectRequest,
    private val listener: WsTransportListener,
    private val ktorReader: ReaderTurns,
    private val onAbort: () -> Unit,
) : WsTransportSession {
    private val ktor = answer.session
    private val writer = SessionWriter(ktor, request.buffers, listener::onWritable)
    private val reader =
        SessionReader(ktor.incoming, request.buffers, listener) {
            writer.fail(IOException("Ktor answered a violation with a Close frame and nothing can follow it"))
        }

    /** Completes when a write has failed. */
    private val writeFailed = CompletableDeferred<Throwable>()

    override val handshake: WsHandshake = answer.handshake

    override val loop: Executor? get() = null

    override val isWritable: Boolean get() = writer.isWritable

    override fun write(frame: WsFrame): Unit = writer.write(frame)

    override fun flush(listener: WsFlushListener): Unit = writer.flush(listener)

    override fun setReading(enabled: Boolean) {
        reader.isReading.value = enabled
        ktorReader.setReading(enabled)
    }

    override fun abort(): Unit = onAbort()

    /** Carries frames until the link has ended by itself; tells how. Cancelled when it is ended from here. */
    suspend fun run(): WsLinkEnd =
        coroutineScope {
            watchWriter()
            launch(CoroutineName("ws-writer")) { writer.run() }
            val reading = async(CoroutineName("ws-reader")) { reader.run() }
            val end =
                select {
                    reading.onAwait { endAfter(it) }
                    writeFailed.onAwait { failure ->
                        // What has come in before is still worth having: a Close frame may say why.
                        val read = withTimeoutOrNull(LAST_READ) { reading.await() }
                        if (read is ReadEnd.PeerClosed) WsLinkEnd.EndOfStream else writeFailure(failure)
                    }
                }
            coroutineContext.cancelChildren()
            end
        }

    /** Suspends until Ktor has let go of the connection, which it does within moments, and for a limited time at most. */
    suspend fun awaitTakenDown() {
        withContext(NonCancellable) {
            withTimeoutOrNull(TAKE_DOWN) {
                ktor.call.coroutineContext.job
                    .join()
            }
        }
    }

    /** Fails what was not flushed. */
    fun drop(cause: Throwable): Unit = writer.fail(cause)

    @OptIn(ExperimentalCoroutinesApi::class) // The only sign of a failed write that does not wait for the next one.
    private fun watchWriter() {
        ktor.outgoing.invokeOnClose { cause ->
            // Without a cause it closes behind a Close frame, as it should.
            if (cause != null) {
                writer.fail(cause)
                writeFailed.complete(cause)
            }
        }
    }

    private suspend fun endAfter(read: ReadEnd): WsLinkEnd =
        when (read) {
            // Whether the peer still waits for ours or has closed TCP as well does not show: Ktor reads no further.
            ReadEnd.PeerClosed -> {
                withTimeoutOrNull(LAST_ANSWER) { awaitCloseSent() }
                WsLinkEnd.EndOfStream
            }

            // The owner may still write a Close frame; it ends the link when it is done.
            ReadEnd.Violated -> {
                writeFailure(writeFailed.await())
            }

            ReadEnd.Silent -> {
                // A peer may leave at our Close frame before Ktor has confirmed that it is out.
                if (writer.isClosing) withTimeoutOrNull(LAST_FLUSH) { awaitCloseSent() }
                WsLinkEnd.Failed("the stream ended without a Close frame; by FIN or by reset is not known")
            }
        }

    /** Suspends until our Close frame is out as well, or cannot get out any more. */
    private suspend fun awaitCloseSent() {
        val isSent =
            select {
                writer.closed.onAwait { true }
                writeFailed.onAwait { false }
            }
        // Ktor's TLS drops what it has not encrypted yet when the call ends, and does not tell when it has.
        if (isSent && request.url.isSecure) delay(LAST_RECORD)
    }

    private fun writeFailure(cause: Throwable): WsLinkEnd {
        val root = generateSequence(cause) { it.cause }.take(MAX_CAUSES).last()
        return WsLinkEnd.Failed("a write failed: ${root.message ?: root::class.simpleName}")
    }

    private companion object {
        /** For our Close frame, behind the peer's. */
        val LAST_ANSWER = 2.seconds

        /** For what came in before a write failed. */
        val LAST_READ = 1.seconds
        val LAST_FLUSH = 500.milliseconds
        val TAKE_DOWN = 1.seconds
        val LAST_RECORD = 200.milliseconds
        const val MAX_CAUSES = 16
    }
}
