package io.github.belay.ktor.internal

import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportListener
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.slf4j.LoggerFactory
import java.io.IOException
import java.util.concurrent.atomic.AtomicReference

/**
 * The life of one link, from the call of `connect` to the last call of its listener.
 *
 * It is one job. Everything that the listener hears comes from coroutines of this job, which take turns on one thread
 * at a time, and the last word when the job is complete; so calls never overlap and none comes late.
 */
internal class KtorLink(
    scope: CoroutineScope,
    private val listener: WsTransportListener,
    private val request: WsConnectRequest,
    opening: (CoroutineScope) -> LinkOpening,
) : WsConnectAttempt {
    private enum class Phase { OPENING, OPEN, OVER }

    private val phase = AtomicReference(Phase.OPENING)

    /** How it ended, while it was opening or afterwards. The first one stays. */
    private val failure = AtomicReference<WsConnectFailure>()
    private val end = AtomicReference<WsLinkEnd>()

    /** Set once the link is open. Written on the link's thread before the job completes. */
    @Volatile
    private var session: KtorSession? = null

    /**
     * Threads of the shared pool, one at a time; Ktor's coroutines of the session run there as well. A listener that
     * blocks, which it must not, holds up this link alone.
     */
    private val turns = LinkTurns(Dispatchers.IO.limitedParallelism(1, "belay-ktor-link"))

    private val job: Job =
        scope.launch(turns + CoroutineName("ws-link"), CoroutineStart.LAZY) { live(opening) }

    /** True once nothing of the link is left, and nothing more is said. */
    val isOver: Boolean get() = job.isCompleted

    /** Begins to open. [onOver] is called once, after the last call of the listener. */
    fun start(onOver: () -> Unit) {
        // Not the last line of the coroutine: one that is cancelled before it starts never runs its body.
        job.invokeOnCompletion { cause ->
            finish(cause)
            onOver()
        }
        job.start()
    }

    override fun cancel() {
        if (phase.compareAndSet(Phase.OPENING, Phase.OVER)) job.cancel()
    }

    /** Ends the link, without a Close frame. Idempotent, safe from any thread. */
    fun abort() {
        end.compareAndSet(null, WsLinkEnd.Aborted)
        job.cancel()
    }

    @Suppress("TooGenericExceptionCaught") // A boundary: whatever a listener throws ends its own link and no other.
    private suspend fun live(opening: (CoroutineScope) -> LinkOpening) {
        try {
            coroutineScope {
                when (val opened = opening(this).run()) {
                    is OpeningEnd.Failed -> failure.set(opened.failure)
                    is OpeningEnd.Open -> serve(opened)
                }
                coroutineContext.cancelChildren()
            }
        } catch (cancellation: CancellationException) {
            throw cancellation
        } catch (thrown: Exception) {
            // Nothing here throws but a listener.
            log.error("The listener of the link to {} failed, and the link with it: {}", request.url, thrown.place())
            failure.compareAndSet(null, WsConnectFailure.Unreachable(describe(thrown)))
            end.compareAndSet(null, WsLinkEnd.Failed("the listener threw ${thrown::class.simpleName}"))
        } finally {
            session?.awaitTakenDown()
        }
    }

    private suspend fun CoroutineScope.serve(opened: OpeningEnd.Open) {
        if (!phase.compareAndSet(Phase.OPENING, Phase.OPEN)) return
        opened.attempt.isClean = false
        val session = KtorSession(opened.answer, request, listener, turns.last, ::abort)
        this@KtorLink.session = session
        listener.onOpen(session)
        val linkEnd = session.run()
        opened.attempt.isClean = linkEnd is WsLinkEnd.EndOfStream
        end.compareAndSet(null, linkEnd)
    }

    /** The last word. Runs when no coroutine of the link is left. */
    @Suppress("TooGenericExceptionCaught") // A boundary, as above.
    private fun finish(cause: Throwable?) {
        try {
            val over = session
            if (over != null) {
                over.drop(IOException("the link is gone"))
                listener.onClosed(end.get() ?: WsLinkEnd.Failed(describe(cause)))
            } else if (phase.compareAndSet(Phase.OPENING, Phase.OVER)) {
                listener.onConnectFailed(failure.get() ?: WsConnectFailure.Unreachable(describe(cause)))
            }
        } catch (thrown: Exception) {
            log.error("The listener of the link to {} failed at its last call: {}", request.url, thrown.place())
        }
    }

    /** [cause] of an end that nobody gave a reason for. */
    private fun describe(cause: Throwable?): String =
        when (cause) {
            null, is CancellationException -> "the transport was closed"
            else -> "the link broke inside: ${cause::class.simpleName}"
        }

    private companion object {
        val log = LoggerFactory.getLogger(KtorLink::class.java)
    }
}
