package io.github.belay.internal.actor

import io.github.belay.RecordingLogger
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsMessageErrorPolicy
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import io.github.belay.internal.delivery.Delivery
import io.github.belay.internal.delivery.DeliveryListener
import io.github.belay.internal.delivery.InboundBudget
import io.github.belay.internal.reader.InboundBatch
import io.github.belay.internal.reader.Inbox
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TestTimeSource

/** A turn over an endpoint of numbers, and everything that it caused, in order. */
private class Turn :
    WsEndpointHandler<Int>,
    InboundActions,
    DeliveryListener {
    val calls = ArrayList<String>()
    val log = RecordingLogger()
    private val budget = InboundBudget(maxMessages = 10, maxBytes = 1_000, onOver = {}) {}
    private val inbox = Inbox<Int> {}
    private val guard = Guard("ws", log) { _, _ -> }
    private val turn =
        InboundTurn(
            this,
            inbox,
            Delivery(this, budget, this, heldMessages = 0),
            this,
            guard,
            TopicClocks(Clock(TestTimeSource())),
            lag = null,
            MessageErrors(WsMessageErrorPolicy.SKIP) { error("nothing is posted") },
            Continuity(this, Clock(TestTimeSource()), guard, link = this),
        )

    /** What the ingress made of a message. */
    fun emit(number: Int) {
        budget.charge(1, 1)
        inbox.add(InboundBatch.Emitted(generation = 1, bytes = 1, 3.seconds, listOf(number)))
        turn.takeAll(generation = 1)
    }

    fun process(vararg texts: String) {
        val frames = texts.map { WsFrame.text(it) }
        budget.charge(frames.size, frames.size.toLong())
        inbox.add(InboundBatch.Forwarded(generation = 1, bytes = frames.size.toLong(), 3.seconds, frames))
        turn.takeAll(generation = 1)
    }

    override fun parse(frame: WsFrame): WsParseOutcome<Int> =
        when (val text = frame.payload.decodeToString()) {
            "send" -> WsParseOutcome.Send(frame)
            "welcome" -> WsParseOutcome.SessionAuthenticated
            "move" -> WsParseOutcome.Reconnect(text)
            "bye" -> WsParseOutcome.Shutdown(text)
            "trouble" -> WsParseOutcome.ServerError(7, text)
            "0" -> WsParseOutcome.notData(0)
            "ack" -> WsParseOutcome.Continue
            else -> WsParseOutcome.Message(text.toInt())
        }

    override val awaitsAnswers: Boolean get() = false

    override fun answer(frame: WsFrame) = error("nobody asked")

    override fun heard(frame: WsFrame) = Unit

    override fun send(frame: WsFrame) {
        calls += "send"
    }

    override fun authenticated() {
        calls += "authenticated"
    }

    override fun end(cause: WsDisconnectCause) {
        calls += "end $cause"
    }

    override fun data(at: Duration) {
        calls += "data of $at"
    }

    override fun resubscribe(
        topics: List<String>,
        frame: WsFrame,
    ) = error("nothing is numbered")

    override fun stop(cause: WsDisconnectCause) {
        calls += "stop $cause"
    }

    override fun shutdown(reason: String) {
        calls += "shutdown $reason"
    }

    override fun parseError(thrown: Exception) {
        calls += "parse error"
    }

    override fun serverError(error: WsParseOutcome.ServerError) {
        calls += "server error ${error.text}"
    }

    override fun onDelivered(messages: Int) = error("nobody delivers")

    override fun onUncollected(messages: Int) = error("nothing is dropped")

    override fun onHandlerError(
        error: Exception,
        generation: Long,
    ) = throw error
}

class InboundTurnSpec :
    FunSpec({
        test("each outcome does what it is named after, in the order of the frames") {
            val turn = Turn()
            turn.process("send", "welcome", "0", "move", "trouble", "bye")
            turn.calls shouldContainExactly
                listOf("send", "authenticated", "end endpoint_requested(move)", "server error trouble", "shutdown bye")
        }

        test("a batch with data tells when it arrived, once") {
            val turn = Turn()
            turn.process("ack", "1", "0", "2")
            turn.calls shouldContainExactly listOf("data of 3s")
        }

        test("acknowledgements, heartbeats and messages that are no data do not tell of data") {
            val turn = Turn()
            turn.process("ack", "0", "ack")
            turn.calls.shouldBeEmpty()
        }

        test("what the ingress emits is data") {
            val turn = Turn()
            turn.emit(1)
            turn.calls shouldContainExactly listOf("data of 3s")
        }

        test("what cannot be parsed is counted each time, and told once, by its type") {
            val turn = Turn()
            turn.process("secret", "0", "secret")
            turn.process("secret")
            turn.calls shouldContainExactly List(3) { "parse error" }
            turn.log.lines.single() shouldBe
                "WARN ws: parse threw NumberFormatException; what it throws from now on is only counted"
        }
    })
