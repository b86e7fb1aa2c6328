package io.github.belay.testing

import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsTransportListener
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.selects.onTimeout
import kotlinx.coroutines.selects.select
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration.Companion.milliseconds

/** One attempt to connect: waits for the scripted answer, the time limit, the transport's end or its own cancellation. */
internal class MockAttempt(
    private val request: WsConnectRequest,
    private val listener: WsTransportListener,
    private val handshake: MockHandshake,
    /** Completed when the transport closes. */
    private val closing: Job,
    /** Registers the link; null when the server has no room for it. */
    private val open: (MockHandshake) -> MockLink?,
) : WsConnectAttempt {
    /** Set by whoever comes first: the answer or the cancellation. */
    private val settled = AtomicBoolean()

    /** Runs [run]. Set before the attempt is handed out. */
    lateinit var job: Job

    override fun cancel() {
        if (settled.compareAndSet(false, true)) job.cancel(CancellationException("the attempt was cancelled"))
    }

    /** Tells the listener the outcome and, when the link opens, runs it to its end. */
    suspend fun run() {
        val answer = awaitAnswer()
        if (!settled.compareAndSet(false, true)) return
        val failure = answer.failure ?: unofferedSubprotocol(answer)
        val link = if (failure == null) open(answer) else null
        when {
            link != null -> link.run()
            failure != null -> listener.onConnectFailed(failure)
            else -> listener.onConnectFailed(WsConnectFailure.Unreachable("the server's backlog is full"))
        }
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    private suspend fun awaitAnswer(): MockHandshake =
        select {
            closing.onJoin { MockHandshake.refuse(WsConnectFailure.Unreachable("the transport is closed")) }
            onTimeout(handshake.delay) { handshake }
            onTimeout(request.connectTimeoutMillis.milliseconds) {
                MockHandshake.refuse(WsConnectFailure.TimedOut(request.connectTimeoutMillis))
            }
        }

    private fun unofferedSubprotocol(answer: MockHandshake): WsConnectFailure? =
        if (answer.subprotocol == null || answer.subprotocol in request.subprotocols) {
            null
        } else {
            WsConnectFailure.InvalidHandshake("the server chose a subprotocol that was not offered")
        }
}
