package io.github.belay.internal.actor

import io.github.belay.frame.WsFrame
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsRequestOutcome
import io.github.belay.observe.reporter
import io.github.belay.observe.reports
import io.github.belay.request.WsDelegatedError
import io.github.belay.request.WsDelegatedOk
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/** One outcome of each kind, in the order of [WsRequestOutcome]. */
private fun outcomes() =
    WsFrame.text("no").let { answer ->
        listOf(
            WsDelegatedOk(1, confirmed = false, response = null, feedback = null),
            WsDelegatedOk(2, confirmed = true, response = answer, feedback = null),
            WsDelegatedError.EndpointRejected(3, "no", answer, feedback = null),
            WsDelegatedError.Unconfirmed(4, "late"),
            WsDelegatedError.NotDelivered(5, "full"),
            WsDelegatedError.PayloadMismatch(6),
            WsDelegatedError.TooManyPending(7, max = 1),
        )
    }

/** Tells [fixture] of everything that can happen. */
private fun everything(fixture: StatsFixture) {
    val recorder = fixture.recorder
    fixture.connecting()
    fixture.ended(wasOpen = false)
    recorder.lifecycle(WsLifecycleEvent.Refused(5.seconds))
    fixture.ready()
    recorder.framesReceived(frames = 3, bytes = 300)
    recorder.framesSent(frames = 2, bytes = 20)
    recorder.readingPaused()
    recorder.parseError("parse", "NumberFormatException")
    recorder.onHandlerError(IllegalStateException("mine"), generation = 1)
    recorder.handlerError("onOpen", IllegalStateException("mine"))
    recorder.serverError(7, "overloaded")
    recorder.onDelivered(10)
    recorder.onUncollected(4)
    recorder.pingSent()
    recorder.pingSent()
    recorder.pongReceived(2.milliseconds)
    recorder.payloadLag("trade", 1_500)
    recorder.queueRefused()
    recorder.queueEvicted(2)
    recorder.queueFills(0.9)
    outcomes().forEach(recorder::requestSettled)
    fixture.ended(WsDisconnectCause.PongTimeout(10.seconds))
    fixture.ready()
}

class StatsRecorderSpec :
    FunSpec({
        test("a connection that did nothing has zeroes, but for the room that its queue has") {
            val stats = StatsFixture().snapshot(WsConnectionStatus.DISCONNECTED)
            stats.status shouldBe WsConnectionStatus.DISCONNECTED
            Regex("=(?!0\\b|false\\b)[^,)]+").findAll(stats.toString()).map { it.value }.toList() shouldContainExactly
                listOf("=DISCONNECTED", "=1024")
        }

        test("every counter follows what happened") {
            val fixture = StatsFixture()
            everything(fixture)
            val stats =
                fixture.snapshot(
                    queue = fixture.queue(size = 7, bytes = 70),
                    pendingRequests = 3,
                    isReadingPaused = true,
                    lifecycleEventsLost = 5,
                )
            stats.connectAttempts shouldBe 3
            stats.connectSuccesses shouldBe 2
            stats.connectFailures shouldBe 1
            stats.breakerRefusals shouldBe 1
            stats.reconnects shouldBe 1
            stats.disconnects shouldBe 1
            stats.framesReceived to stats.bytesReceived shouldBe (3L to 300L)
            stats.framesSent to stats.bytesSent shouldBe (2L to 20L)
            stats.messagesDelivered to stats.messagesUncollected shouldBe (10L to 4L)
            stats.parseErrors shouldBe 1
            stats.handlerErrors shouldBe 2
            stats.serverErrors shouldBe 1
            stats.reporterErrors shouldBe 0
            Triple(stats.pingsSent, stats.pongsReceived, stats.pongTimeouts) shouldBe Triple(2L, 1L, 1L)
            stats.queuedFrames to stats.queuedBytes shouldBe (7 to 70L)
            stats.queueRefusals shouldBe 1
            stats.pendingRequests shouldBe 3
            stats.readingPauses to stats.isReadingPaused shouldBe (1L to true)
            stats.lifecycleEventsLost shouldBe 5
        }

        test("requests are counted by their outcome") {
            val fixture = StatsFixture()
            outcomes().forEachIndexed { index, outcome ->
                repeat(index + 1) { fixture.recorder.requestSettled(outcome) }
            }
            val stats = fixture.snapshot()
            listOf(
                stats.requestsSent,
                stats.requestsConfirmed,
                stats.requestsRejected,
                stats.requestsUnconfirmed,
                stats.requestsNotDelivered,
                stats.requestsMismatched,
                stats.requestsOverLimit,
            ) shouldContainExactly (1L..7L).toList()
        }

        test("uptime counts from the moment of being ready and is 0 while down") {
            val fixture = StatsFixture()
            fixture.snapshot(WsConnectionStatus.CONNECTING).uptimeMillis shouldBe 0
            fixture.ready(handshake = 5.seconds)
            fixture.snapshot().uptimeMillis shouldBe 0
            fixture.time += 1_234.milliseconds
            fixture.snapshot().uptimeMillis shouldBe 1_234
            fixture.snapshot(WsConnectionStatus.DISCONNECTED).uptimeMillis shouldBe 0
            fixture.ended()
            fixture.time += 10.minutes
            fixture.snapshot().uptimeMillis shouldBe 0
            fixture.ready()
            fixture.time += 5.milliseconds
            fixture.snapshot().uptimeMillis shouldBe 5
        }

        test("a reconnect counts when it is ready again and not when it is tried") {
            val fixture = StatsFixture()
            fixture.connecting()
            fixture.ended(wasOpen = false)
            fixture.ready()
            fixture.snapshot().reconnects shouldBe 0
            fixture.ended()
            fixture.connecting()
            fixture.ended(wasOpen = false)
            fixture.snapshot().reconnects shouldBe 0
            fixture.ready()
            fixture.snapshot().reconnects shouldBe 1
        }

        test("round trips are kept over reconnects, with their percentiles and what was clamped") {
            val fixture = StatsFixture()
            fixture.ready()
            repeat(98) { fixture.recorder.pongReceived(500.microseconds) }
            fixture.ended()
            fixture.ready()
            fixture.recorder.pongReceived(5.minutes)
            fixture.recorder.pongReceived(10.nanoseconds)
            val stats = fixture.snapshot()
            stats.rttSamples shouldBe 100
            stats.rttClamped shouldBe 2
            stats.rttP50Micros shouldBe 500
            stats.rttP99Micros shouldBe 500
        }

        test("of 105 errors the newest 100 are kept and all are counted, over reconnects too") {
            val fixture = StatsFixture()
            fixture.ready()
            repeat(105) { fixture.recorder.serverError(it, "trouble $it") }
            repeat(105) { fixture.recorder.parseError("parse", "Failure$it") }
            fixture.ended()
            fixture.ready()
            val stats = fixture.snapshot()
            stats.serverErrors shouldBe 105
            stats.parseErrors shouldBe 105
            stats.recentServerErrors.map { it.code } shouldContainExactly (5..104).toList()
            stats.recentInternalErrors.map { it.text } shouldContainExactly (5..104).map { "Failure$it" }
            repeat(105) { fixture.recorder.serverError(it, "more") }
            fixture.snapshot().serverErrors shouldBe 210
        }

        test("an error says where it was, what the server called it, and how long ago") {
            val fixture = StatsFixture()
            fixture.ready()
            fixture.recorder.serverError(7, "over\nloaded")
            fixture.recorder.handlerError("onOpen", IllegalStateException("secret"))
            fixture.time += 3.seconds
            fixture.ended(WsDisconnectCause.InternalError("ingress", "ArithmeticException"))
            fixture.ended(WsDisconnectCause.InternalError("actor", "noted when it happened"))
            fixture.time += 2.seconds
            val stats = fixture.snapshot()
            stats.recentServerErrors.map { it.toString() } shouldContainExactly
                listOf("server 7: over\\u000aloaded (5000 ms ago)")
            stats.recentInternalErrors.map { it.toString() } shouldContainExactly
                listOf(
                    "onOpen: IllegalStateException (5000 ms ago)",
                    "ingress: ArithmeticException (2000 ms ago)",
                )
        }

        test("a snapshot does not change with what happens afterwards") {
            val fixture = StatsFixture()
            everything(fixture)
            val stats = fixture.snapshot()
            val before = stats.toString()
            everything(fixture)
            fixture.time += 1.minutes
            stats.toString() shouldBe before
        }

        test("a snapshot is taken at one moment even while other threads count") {
            val fixture = StatsFixture()
            val torn = mutableListOf<String>()
            var looks = 0
            coroutineScope {
                val writers =
                    List(2) {
                        launch(Dispatchers.Default) {
                            repeat(20_000) { fixture.recorder.framesReceived(frames = 1, bytes = 10) }
                        }
                    }
                while (writers.any { it.isActive }) {
                    val stats = fixture.snapshot()
                    looks++
                    if (stats.bytesReceived != 10 * stats.framesReceived) torn += stats.toString()
                }
            }
            torn.shouldBeEmpty()
            looks shouldBeGreaterThan 0
            fixture.snapshot().framesReceived shouldBe 40_000
        }

        test("everything that is counted is reported, under the name of the connection") {
            val heard = mutableListOf<String>()
            everything(
                StatsFixture(
                    reporter { name, arguments ->
                        arguments.first() shouldBe "ws"
                        heard += name
                    },
                ),
            )
            heard.distinct() shouldContainExactlyInAnyOrder reports.map { it.name }
        }

        test("reports carry what was measured") {
            val heard = mutableListOf<String>()
            val fixture = StatsFixture(reporter { name, rest -> heard += "$name ${rest.drop(1).joinToString(" ")}" })
            fixture.ready(handshake = 20.milliseconds)
            fixture.recorder.framesReceived(frames = 3, bytes = 300)
            fixture.recorder.framesSent(frames = 2, bytes = 20)
            fixture.recorder.onDelivered(10)
            fixture.recorder.onUncollected(4)
            fixture.recorder.pongReceived(2.milliseconds)
            fixture.recorder.requestSettled(outcomes().last())
            fixture.ended(WsDisconnectCause.PongTimeout(10.seconds), retryIn = 1.seconds)
            fixture.recorder.lifecycle(WsLifecycleEvent.Refused(5.seconds))
            fixture.connecting()
            fixture.ended(WsDisconnectCause.ReadFailure("reset"), retryIn = null, wasOpen = false)
            heard shouldContainExactly
                listOf(
                    "connectAttempt ",
                    "connected 20000000",
                    "ready ",
                    "framesReceived 3 300",
                    "framesSent 2 20",
                    "messagesDelivered 10",
                    "messagesUncollected 4",
                    "pongReceived 2000000",
                    "requestSettled TOO_MANY_PENDING",
                    "pongTimeout ",
                    "disconnected pong_timeout(limit=10s)",
                    "reconnectScheduled 1000",
                    "breakerRefused ",
                    "reconnectScheduled 5000",
                    "connectAttempt ",
                    "connectFailed read_failure(reset)",
                )
        }

        test("giving up and closing report nothing of their own") {
            val heard = mutableListOf<String>()
            val fixture = StatsFixture(reporter { name, _ -> heard += name })
            val cause = WsDisconnectCause.ReadFailure("reset")
            fixture.recorder.lifecycle(WsLifecycleEvent.GaveUp(WsGiveUpReason.EXHAUSTED, attempts = 3, cause))
            fixture.recorder.lifecycle(WsLifecycleEvent.Closed(cause))
            heard.shouldBeEmpty()
        }

        test("a reporter that throws changes nothing but the count of its errors") {
            var calls = 0L
            val quiet = StatsFixture()
            val thrown = StatsFixture(reporter { _, _ -> error("mine ${++calls}") })
            everything(quiet)
            everything(thrown)
            val stats = thrown.snapshot()
            stats.reporterErrors shouldBe calls
            stats.toString() shouldContain "reporterErrors=$calls, "
            stats.toString().replace("reporterErrors=$calls", "reporterErrors=0") shouldBe quiet.snapshot().toString()
            thrown.log.lines shouldContainExactly
                listOf("WARN ws: the metrics reporter threw IllegalStateException; further failures are counted")
        }
    })
