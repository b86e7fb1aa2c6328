package io.github.belay.testing.connection

import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTED
import io.github.belay.lifecycle.WsConnectionStatus.CONNECTING
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import org.junit.jupiter.api.Test
import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException
import kotlin.time.Duration.Companion.seconds

/** A transport with a loop: there the connection takes its turns and there its writer writes. */
class LoopTest {
    /** Runs nothing before it is told to. */
    private class Loop : Executor {
        private val tasks = ArrayDeque<Runnable>()
        var isShut = false
        var isRunning = false
            private set

        override fun execute(task: Runnable) {
            if (isShut) throw RejectedExecutionException("the loop is shut")
            tasks += task
        }

        fun run() {
            isRunning = true
            while (tasks.isNotEmpty()) tasks.removeFirst().run()
            isRunning = false
        }
    }

    /** Remembers whether it was asked on the loop. */
    private class Placed(
        private val loop: Loop,
    ) : TextProtocol() {
        val places = ArrayList<Boolean>()

        override fun understand(text: String): WsParseOutcome<String> {
            places += loop.isRunning
            return super.understand(text)
        }
    }

    private val loop = Loop()
    private val manual = ManualTransport()

    /** Lets everybody work until nobody has anything to do. */
    private fun Scenario.settleAll() =
        repeat(10) {
            settle()
            loop.run()
        }

    private fun Scenario.link(): ManualAttempt {
        settle()
        val link = manual.attempts.last()
        link.session.loop = loop
        link.open()
        return link
    }

    @Test
    fun turnsRunOnTheLoopFromTheOpenOn() =
        scenario {
            val protocol = Placed(loop)
            val actor = actor(protocol, transport = manual)
            actor.tell(WebSocketEvent.Connect)
            val link = link()
            settle()
            actor.status.value shouldBe CONNECTING
            settleAll()
            actor.status.value shouldBe CONNECTED
            protocol.places.shouldBeEmpty()
            loop.execute {
                link.receiveText("tick")
                // The turn is taken where the bytes arrive, and there and then.
                protocol.places shouldContainExactly listOf(true)
            }
            settleAll()
            protocol.places shouldContainExactly listOf(true)
        }

    @Test
    fun theTimeLimitOfARequestCountsFromTheCallHoweverLongItsTurnIsInComing() =
        scenario {
            val actor = actor(Placed(loop), transport = manual)
            actor.tell(WebSocketEvent.Connect)
            val link = link()
            settleAll()
            val asked = test.async { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 5.seconds)) }
            pass(6.seconds)
            settleAll()
            asked.await().toString() shouldBe "Unconfirmed(id=7, deadline passed awaiting send)"
            link.session.written.shouldBeEmpty()
        }

    @Test
    fun framesAreWrittenOnTheLoop() =
        scenario {
            val actor = actor(Placed(loop), transport = manual)
            actor.tell(WebSocketEvent.Connect)
            val link = link()
            settleAll()
            val places = ArrayList<Boolean>()
            link.session.onWrite = { places += loop.isRunning }
            val told = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("hello")))
            settleAll()
            told.await() shouldBe TellOutcome.Done
            val asked = test.async { actor.ask(WsDelegatedRequest.confirmed(7, WsFrame.text("question"), 5.seconds)) }
            settleAll()
            link.receiveText("ok:7")
            settleAll()
            asked.await().shouldBeInstanceOf<WsDelegatedOk>()
            places shouldContainExactly listOf(true, true)
        }

    @Test
    fun theNextLinkMayHaveNone() =
        scenario {
            val protocol = Placed(loop)
            val actor = actor(protocol, transport = manual)
            actor.tell(WebSocketEvent.Connect)
            link().also { settleAll() }.drop()
            settleAll()
            pass(1.seconds)
            val second = manual.attempts.last()
            second.open()
            settle()
            second.receiveText("tick")
            settle()
            protocol.places shouldContainExactly listOf(false)
        }

    @Test
    fun aLoopThatTakesNothingAnyMoreHoldsNobodyUp() =
        scenario {
            val actor = actor(Placed(loop), transport = manual)
            actor.tell(WebSocketEvent.Connect)
            val link = link()
            settleAll()
            loop.isShut = true
            link.drop()
            settle()
            eventsOf<WsLifecycleEvent.Disconnected>()
                .single()
                .cause
                .shouldBeInstanceOf<WsDisconnectCause.RemoteClosed>()
            actor.close()
            owner.children.count() shouldBe 0
        }

    @Test
    fun aWriteThatHangsOnTheLoopIsNoticedOnTime() =
        scenario {
            val actor = actor(Placed(loop), transport = manual) { writeTimeout = 3.seconds }
            actor.tell(WebSocketEvent.Connect)
            val link = link()
            settleAll()
            link.session.holdsFlushes = true
            actor.tell(WebSocketEvent.sendMessage(WsFrame.text("hello")))
            settleAll()
            pass(3.seconds)
            settleAll()
            eventsOf<WsLifecycleEvent.Disconnected>()
                .single()
                .cause
                .shouldBeInstanceOf<WsDisconnectCause.WriteTimeout>()
        }
}
