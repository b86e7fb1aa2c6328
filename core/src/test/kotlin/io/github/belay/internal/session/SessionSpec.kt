package io.github.belay.internal.session

import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.policy.NoPingPong
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import kotlinx.coroutines.withContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

private const val GENERATION = 5L

private object Unheard : WsTransportListener {
    override fun onOpen(session: WsTransportSession) = Unit

    override fun onConnectFailed(failure: WsConnectFailure) = Unit

    override fun onFrame(frame: WsFrameView) = Unit

    override fun onReadComplete() = Unit

    override fun onWritable() = Unit

    override fun onViolation(violation: WsProtocolException) = Unit

    override fun onClosed(end: WsLinkEnd) = Unit
}

private object Unused : WsTransport {
    override fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ): WsConnectAttempt = error("there is no target to connect to")

    override fun close() = Unit
}

/** A session whose target never comes, so that it stays in its opening. */
@OptIn(ExperimentalCoroutinesApi::class)
private fun TestScope.openingSession(): Session {
    val outbound = OutboundQueue(maxFrames = 8, maxBytes = 1024)
    val clock = Clock(testTimeSource)
    return Session(
        GENERATION,
        SessionSettings(10.seconds, 1.seconds, StandardTestDispatcher(testScheduler)),
        Unused,
        target = { awaitCancellation() },
        requestFor = { error("there is no target to connect to") },
        outbound,
        Liveness(NoPingPong, Duration.INFINITE, clock, outbound, GENERATION, onPing = {}, onRoundTrip = {}),
        writerOf = { _, _ -> error("there is nothing to write to") },
        post = {},
        onShutdown = {},
        onBurst = { _, _ -> },
    )
}

@OptIn(ExperimentalCoroutinesApi::class)
class SessionSpec :
    FunSpec({

        test("work that is started while the session ends never begins, and the session ends") {
            runTest {
                val session = openingSession()
                val end = async { session.run(Unheard) }
                runCurrent()
                val gate = CompletableDeferred<Unit>()
                session.authenticate {
                    withContext(NonCancellable) { gate.await() }
                    null
                }
                runCurrent()

                val cause = WsDisconnectCause.RemoteClosed(1001, "test")
                session.end(cause)
                runCurrent()
                var began = false
                session.authenticate {
                    began = true
                    awaitCancellation()
                }
                gate.complete(Unit)

                end.await() shouldBe cause
                began shouldBe false
            }
        }
    })
