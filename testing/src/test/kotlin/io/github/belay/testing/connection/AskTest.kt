package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRateFeedback
import io.github.belay.request.WsRequestMatch
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import org.junit.jupiter.api.Test
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class AskTest {
    private val feedback = WsRateFeedback(retryAfter = 250.milliseconds, hint = "slow down")

    private val protocol =
        object : TextProtocol() {
            override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? {
                val match = super.matchRequestResponse(frame) ?: return null
                val refusal = match.rejection ?: return WsRequestMatch.ok(match.id, feedback)
                return WsRequestMatch.rejected(match.id, refusal, feedback)
            }
        }

    private fun confirmed(
        id: Long = 7,
        timeout: Duration = 5.seconds,
        text: String = "question $id",
    ) = WsDelegatedRequest.confirmed(id, WsFrame.text(text), timeout)

    private fun sent(id: Long = 7) = WsDelegatedRequest.sent(id, WsFrame.text("question $id"), 5.seconds)

    private fun Scenario.asking(
        actor: WebSocketActor<*>,
        request: WsDelegatedRequest,
    ): Deferred<WsDelegatedOutcome> = test.async { actor.ask(request) }.also { settle() }

    @Test
    fun aSentRequestIsDoneWhenItsFrameWasFlushed() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(protocol, transport = manual)
            actor.tell(WebSocketEvent.Connect)
            settle()
            val link = manual.attempts.single()
            link.open()
            settle()
            link.session.holdsFlushes = true
            val asked = asking(actor, sent())
            link.session.texts.single() shouldBe "question 7"
            asked.isCompleted shouldBe false
            link.session.releaseFlushes()
            val ok = asked.await().shouldBeInstanceOf<WsDelegatedOk>()
            ok.id shouldBe 7
            ok.confirmed shouldBe false
            ok.response.shouldBeNull()
        }

    @Test
    fun aConfirmedRequestIsDoneWhenItsAnswerCame() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            val asked = asking(actor, confirmed())
            connection.receiveText() shouldBe "question 7"
            connection.sendText("ok:8")
            settle()
            asked.isCompleted shouldBe false
            connection.sendText("ok:7")
            val ok = asked.await().shouldBeInstanceOf<WsDelegatedOk>()
            ok.confirmed shouldBe true
            ok.response shouldBe WsFrame.text("ok:7")
            ok.feedback shouldBe feedback
            protocol.handled shouldBe listOf("ok:8", "ok:7")
        }

    @Test
    fun anAnswerThatSaysNoIsARejection() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val asked = asking(actor, confirmed())
            server.acceptConnection().sendText("no:7")
            val rejected = asked.await().shouldBeInstanceOf<WsDelegatedError.EndpointRejected>()
            rejected.text shouldBe "not today"
            rejected.response shouldBe WsFrame.text("no:7")
            rejected.feedback shouldBe feedback
        }

    @Test
    fun withoutAnAnswerItIsUnconfirmedExactlyAtTheDeadline() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val asked = asking(actor, confirmed(timeout = 5.seconds))
            pass(4_999.milliseconds)
            asked.isCompleted shouldBe false
            pass(1.milliseconds)
            asked.isCompleted shouldBe true
            val unconfirmed = asked.await().shouldBeInstanceOf<WsDelegatedError.Unconfirmed>()
            unconfirmed.text shouldContain "awaiting confirmation"
        }

    @Test
    fun aFrameThatCouldNotLeaveUntilTheDeadlineSaysSoAndNeverLeaves() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            connection.stallWrites()
            val under = actor.tell(WebSocketEvent.sendMessage(WsFrame.text("under way")))
            settle()
            val asked = asking(actor, confirmed(timeout = 5.seconds))
            pass(5.seconds)
            asked.isCompleted shouldBe true
            val unconfirmed = asked.await().shouldBeInstanceOf<WsDelegatedError.Unconfirmed>()
            unconfirmed.text shouldContain "awaiting send"
            connection.resumeWrites()
            connection.receiveText() shouldBe "under way"
            under.await().toString() shouldBe "Done"
            connection.receive(60.seconds).shouldBeNull()
        }

    @Test
    fun twoEqualRequestsAreOneFrameAndBothAreAnswered() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            val one = asking(actor, confirmed())
            val other = asking(actor, confirmed())
            connection.receiveText() shouldBe "question 7"
            connection.tryReceive().shouldBeNull()
            actor.stats().pendingRequests shouldBe 1
            connection.sendText("ok:7")
            one.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
            other.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
            actor.stats().pendingRequests shouldBe 0
        }

    @Test
    fun aLateSentJoinerIsDoneAtOnceWhileTheConfirmedOneGoesOnWaiting() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            val original = asking(actor, confirmed())
            connection.receiveText() shouldBe "question 7"
            val joiner = asking(actor, sent())
            joiner.isCompleted shouldBe true
            joiner.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe false
            original.isCompleted shouldBe false
            connection.tryReceive().shouldBeNull()
            connection.sendText("ok:7")
            original.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
        }

    @Test
    fun anotherMeaningUnderTheSameIdIsRefusedAndTheFirstGoesOn() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            val first = asking(actor, confirmed())
            actor.ask(confirmed(text = "another question")).shouldBeInstanceOf<WsDelegatedError.PayloadMismatch>()
            connection.receiveText() shouldBe "question 7"
            connection.tryReceive().shouldBeNull()
            connection.sendText("ok:7")
            first.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
        }

    @Test
    fun beyondTheLimitANewIdIsRefusedWhileJoiningStillWorks() =
        scenario {
            val actor = actor(protocol) { maxPendingRequests = 2 }
            actor.connect()
            val connection = server.acceptConnection()
            val asked = listOf(asking(actor, confirmed(1)), asking(actor, confirmed(2)))
            val refused = actor.ask(confirmed(3)).shouldBeInstanceOf<WsDelegatedError.TooManyPending>()
            refused.max shouldBe 2
            val joiner = asking(actor, confirmed(2))
            connection.sendText("ok:1")
            connection.sendText("ok:2")
            for (one in asked + joiner) one.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
        }

    @Test
    fun aJoinerWithAShortDeadlineExpiresAloneWhileTheOtherIsConfirmedLater() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            val patient = asking(actor, confirmed(timeout = 1.seconds))
            val hasty = asking(actor, confirmed(timeout = 10.milliseconds))
            pass(10.milliseconds)
            hasty.await().shouldBeInstanceOf<WsDelegatedError.Unconfirmed>()
            patient.isCompleted shouldBe false
            connection.sendText("ok:7")
            patient.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
        }

    @Test
    fun whereNothingIsAwaitedOrTheFilterSaysNoNobodyLooksForAnAnswer() =
        scenario {
            val looked = mutableListOf<String>()
            val watching =
                object : TextProtocol() {
                    override fun maybeRequestResponse(frame: WsFrame) = frame.payload.decodeToString().startsWith("ok:")

                    override fun matchRequestResponse(frame: WsFrame): WsRequestMatch? {
                        looked += frame.payload.decodeToString()
                        return super.matchRequestResponse(frame)
                    }
                }
            val actor = actor(watching)
            actor.connect()
            val connection = server.acceptConnection()
            connection.sendText("ok:7")
            settle()
            looked shouldBe emptyList()
            val asked = asking(actor, confirmed())
            connection.sendText("news")
            settle()
            looked shouldBe emptyList()
            connection.sendText("ok:7")
            asked.await().shouldBeInstanceOf<WsDelegatedOk>()
            looked shouldBe listOf("ok:7")
        }

    @Test
    fun aLossEndsWhatWaitedUnsentAndSentInTheSameInstant() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            val sent = asking(actor, confirmed(1))
            connection.receiveText() shouldBe "question 1"
            connection.stallWrites()
            val leaving = asking(actor, confirmed(2))
            val unsent = asking(actor, confirmed(3))
            connection.dropSocket()
            val lostAt = now
            settle()
            listOf(sent, leaving, unsent).forEach { it.isCompleted shouldBe true }
            now shouldBe lostAt
            sent.await().shouldBeInstanceOf<WsDelegatedError.Unconfirmed>().text shouldContain "connection lost"
            // It was on its way into the socket: nobody can know.
            leaving.await().shouldBeInstanceOf<WsDelegatedError.Unconfirmed>()
            unsent.await().shouldBeInstanceOf<WsDelegatedError.NotDelivered>()
            pass(1.seconds)
            server.acceptConnection().receive(60.seconds).shouldBeNull()
        }

    @Test
    fun anIdIsFreeAgainAfterTheLoss() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val first = server.acceptConnection()
            val lost = asking(actor, confirmed())
            first.dropSocket()
            pass(1.seconds)
            lost.await().shouldBeInstanceOf<WsDelegatedError.Unconfirmed>()
            val again = asking(actor, confirmed(text = "another question"))
            val second = server.acceptConnection()
            second.receiveText() shouldBe "another question"
            second.sendText("ok:7")
            again.await().shouldBeInstanceOf<WsDelegatedOk>().confirmed shouldBe true
        }

    @Test
    fun beforeTheLinkIsReadyItFailsAtOnceWithoutAFrame() =
        scenario {
            val manual = ManualTransport()
            val actor = actor(TextProtocol(topics = listOf("a")), transport = manual)

            suspend fun refused() = actor.ask(confirmed()).shouldBeInstanceOf<WsDelegatedError.NotDelivered>()
            refused().text shouldBe "connection not ready"
            actor.tell(WebSocketEvent.Connect)
            settle()
            refused().text shouldBe "connection not ready"
            val link = manual.attempts.single()
            link.session.holdsFlushes = true
            link.open()
            settle()
            link.session.texts shouldBe listOf("a")
            refused().text shouldBe "connection not ready"
            now shouldBe 0.seconds
            link.session.releaseFlushes()
            settle()
            link.session.texts shouldBe listOf("a")
        }

    @Test
    fun closeEndsEveryRequestInFlight() =
        scenario {
            val actor = actor(protocol)
            actor.connect()
            val connection = server.acceptConnection()
            val sent = asking(actor, confirmed(1, 60.seconds))
            connection.stallWrites()
            val unsent = List(5) { asking(actor, confirmed(2L + it, 60.seconds)) }
            actor.close()
            (unsent + sent).forEach { it.isCompleted shouldBe true }
            sent.await().shouldBeInstanceOf<WsDelegatedError.Unconfirmed>()
            unsent.last().await().shouldBeInstanceOf<WsDelegatedError.NotDelivered>()
            actor.stats().pendingRequests shouldBe 0
            actor.ask(confirmed(9)).shouldBeInstanceOf<WsDelegatedError.NotDelivered>().text shouldBe
                "connection closed"
        }
}
