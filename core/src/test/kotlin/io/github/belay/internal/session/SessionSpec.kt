package io.github.belay.internal.session

import io.github.belay.WsTarget
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.internal.machine.LinkInput
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.writer.Writer
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.policy.NoPingPong
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsConnectAttempt
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsConnectRequest
import io.github.belay.transport.WsFlushListener
import io.github.belay.transport.WsHandshake
import io.github.belay.transport.WsHeaders
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransport
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import io.github.belay.transport.WsUrl
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import kotlinx.coroutines.withContext
import java.util.concurrent.Executor
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
        silent(GENERATION, clock, outbound),
        writerOf = { _, _ -> error("there is nothing to write to") },
        post = {},
        onShutdown = {},
        onBurst = { _, _ -> },
    )
}

/** A link that takes everything, and writes down what it took. */
private class TakingLink : WsTransportSession {
    val written = mutableListOf<WsFrame>()
    var isAborted = false

    override val handshake = WsHandshake(WsHeaders.EMPTY, null)
    override val loop: Executor? = null
    override val isWritable = true

    override fun write(frame: WsFrame) {
        written += frame
    }

    override fun flush(listener: WsFlushListener) = listener.onFlushed(null)

    override fun setReading(enabled: Boolean) = Unit

    override fun abort() {
        isAborted = true
    }
}

private object Opens : WsTransport {
    override fun connect(
        request: WsConnectRequest,
        listener: WsTransportListener,
    ) = WsConnectAttempt { }

    override fun close() = Unit
}

/** A session that is told of its end by [onPost], in the moment in which it says that it is open. */
@OptIn(ExperimentalCoroutinesApi::class)
private fun TestScope.openedSession(onPost: (LinkInput) -> Unit): Session {
    val outbound = OutboundQueue(maxFrames = 8, maxBytes = 1024)
    val clock = Clock(testTimeSource)
    return Session(
        GENERATION,
        SessionSettings(10.seconds, 1.seconds, UnconfinedTestDispatcher(testScheduler)),
        Opens,
        target = { WsTarget("ws://localhost/") },
        requestFor = { WsConnectRequest(WsUrl.parse(it.url)) },
        outbound,
        silent(GENERATION, clock, outbound),
        writerOf = { link, writable ->
            Writer(outbound, GENERATION, link, WsBuffers(), 1.seconds, clock::now, writable) { _, _ -> }
        },
        onPost,
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

        test("a link that is closed while its transport still reports the opening says goodbye all the same") {
            runTest {
                val link = TakingLink()
                val cause = WsDisconnectCause.Requested(1000, "test")
                var goodbye = {}
                val session = openedSession { if (it is LinkInput.Opened) goodbye() }
                goodbye = { session.end(cause) }
                val end = async(UnconfinedTestDispatcher(testScheduler)) { session.run(Unheard) }

                session.onOpen(link)
                link.isAborted shouldBe false
                runCurrent()
                link.written.single().kind shouldBe WsFrameKind.CLOSE

                session.onPeerClose()
                runCurrent()
                link.isAborted shouldBe true
                session.onGone(WsLinkEnd.Aborted)
                end.await() shouldBe cause
            }
        }

        test("a link that opens when its session is over is dropped") {
            runTest {
                val link = TakingLink()
                val session = openedSession {}
                val run = async(UnconfinedTestDispatcher(testScheduler)) { session.run(Unheard) }
                run.cancelAndJoin()
                session.onOpen(link)
                link.isAborted shouldBe true
            }
        }
    })
