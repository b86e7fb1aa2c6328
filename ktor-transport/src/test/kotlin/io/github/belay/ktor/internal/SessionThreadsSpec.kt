package io.github.belay.ktor.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.websocket.Frame
import io.ktor.websocket.WebSocketExtension
import io.ktor.websocket.WebSocketSession
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.yield
import kotlin.coroutines.CoroutineContext

class SessionThreadsSpec :
    FunSpec({
        val time = TestCoroutineScheduler()
        val engine = StandardTestDispatcher(time)

        /** A session whose coroutines run behind a gate. */
        class Gated {
            val threads = SessionThreads(engine)
            val session = IdleSession(threads + Job())
            val steps = ArrayList<String>()

            @OptIn(DelicateCoroutinesApi::class) // As Ktor starts its own.
            fun start(name: String): Job =
                session.launch(CoroutineName(name), CoroutineStart.ATOMIC) {
                    steps += "$name began"
                    yield()
                    steps += "$name went on"
                }
        }

        test("a reader waits for the gate, everybody else does not") {
            val gated = Gated()
            gated.start("ws-reader")
            gated.start("ws-writer")
            time.advanceUntilIdle()
            gated.steps shouldBe listOf("ws-writer began", "ws-writer went on")

            gated.threads.open(gated.session, LinkTurns(engine))
            time.advanceUntilIdle()
            gated.steps.drop(2) shouldBe listOf("ws-reader began", "ws-reader went on")
        }

        test("a gate opens for one session and not for another") {
            val gated = Gated()
            gated.start("ws-reader")
            gated.threads.open(IdleSession(Job()), LinkTurns(engine))
            time.advanceUntilIdle()
            gated.steps shouldBe emptyList()
        }

        test("an open session takes its steps where its link does, its reader last, and another session does not") {
            val link = TestCoroutineScheduler()
            val gated = Gated()
            gated.start("ws-reader")
            gated.start("raw-ws")
            val later = IdleSession(gated.threads + Job())
            gated.threads.open(gated.session, LinkTurns(StandardTestDispatcher(link)))
            later.launch(CoroutineName("ws-writer")) { gated.steps += "another" }
            time.advanceUntilIdle()
            gated.steps shouldBe listOf("raw-ws began", "another")

            link.advanceUntilIdle()
            gated.steps.drop(2) shouldBe
                listOf("raw-ws went on", "ws-reader began", "ws-reader went on")
        }

        test("a reader that is cancelled before the gate opens comes to its end") {
            val gated = Gated()
            val reader = gated.start("ws-reader")
            gated.session.coroutineContext.job
                .cancel()
            time.advanceUntilIdle()
            gated.steps shouldBe listOf("ws-reader began")
            reader.isCompleted shouldBe true
        }

        test("a reader that starts cancelled comes to its end") {
            val gated = Gated()
            gated.session.coroutineContext.job
                .cancel()
            val reader = gated.start("ws-reader")
            time.advanceUntilIdle()
            reader.isCompleted shouldBe true
        }
    })

/** A session that does nothing by itself. */
private class IdleSession(
    context: CoroutineContext,
) : WebSocketSession,
    CoroutineScope by CoroutineScope(context) {
    override var masking: Boolean = true
    override var maxFrameSize: Long = 0
    override val incoming: ReceiveChannel<Frame> = Channel()
    override val outgoing: SendChannel<Frame> = Channel()
    override val extensions: List<WebSocketExtension<*>> = emptyList()

    override suspend fun flush() = Unit

    @Deprecated("Ktor's own", level = DeprecationLevel.ERROR)
    override fun terminate() = Unit
}
