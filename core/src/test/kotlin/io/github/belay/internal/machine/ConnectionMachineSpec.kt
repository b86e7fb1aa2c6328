package io.github.belay.internal.machine

import io.github.belay.internal.machine.ConnectionEffect.ArmRetry
import io.github.belay.internal.machine.ConnectionEffect.ArmStability
import io.github.belay.internal.machine.ConnectionEffect.Credit
import io.github.belay.internal.machine.ConnectionEffect.DisarmRetry
import io.github.belay.internal.machine.ConnectionEffect.EndLink
import io.github.belay.internal.machine.ConnectionEffect.FailQueued
import io.github.belay.internal.machine.ConnectionEffect.Greet
import io.github.belay.internal.machine.ConnectionEffect.Judge
import io.github.belay.internal.machine.ConnectionEffect.OpenLink
import io.github.belay.internal.machine.ConnectionEffect.Pardon
import io.github.belay.internal.machine.ConnectionEffect.Part
import io.github.belay.internal.machine.ConnectionEffect.Publish
import io.github.belay.internal.machine.ConnectionEffect.Release
import io.github.belay.internal.machine.ConnectionEffect.ResetStrategy
import io.github.belay.internal.machine.ConnectionInput.Close
import io.github.belay.internal.machine.ConnectionInput.Connect
import io.github.belay.internal.machine.ConnectionInput.Judged
import io.github.belay.internal.machine.ConnectionInput.LinkEnded
import io.github.belay.internal.machine.ConnectionInput.LinkOpened
import io.github.belay.internal.machine.ConnectionInput.LinkReady
import io.github.belay.internal.machine.ConnectionInput.Refused
import io.github.belay.internal.machine.ConnectionInput.RetryDue
import io.github.belay.internal.machine.ConnectionInput.StableDue
import io.github.belay.internal.machine.ConnectionInput.Stop
import io.github.belay.internal.machine.ConnectionState.Closed
import io.github.belay.internal.machine.ConnectionState.Closing
import io.github.belay.internal.machine.ConnectionState.Idle
import io.github.belay.internal.machine.ConnectionState.Judging
import io.github.belay.internal.machine.ConnectionState.Opening
import io.github.belay.internal.machine.ConnectionState.Proving
import io.github.belay.internal.machine.ConnectionState.Restarting
import io.github.belay.internal.machine.ConnectionState.Serving
import io.github.belay.internal.machine.ConnectionState.Stopping
import io.github.belay.internal.machine.ConnectionState.Waiting
import io.github.belay.lifecycle.WsDisconnectCause.EndpointRequested
import io.github.belay.lifecycle.WsGiveUpReason
import io.github.belay.lifecycle.WsLifecycleEvent
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds

private const val NOW = 5L
private val lost = EndpointRequested("lost")
private val stop = EndpointRequested("stop")
private val close = EndpointRequested("close")

/** Opened once before and failed twice since. */
private val history = History(generation = NOW, failures = 2, outageSince = 10.seconds, lastOpened = 3)
private val openHistory = history.copy(lastOpened = NOW)
private val next = history.copy(generation = NOW + 1)

private val states: List<ConnectionState> =
    listOf(
        Idle(history),
        Opening(history),
        Proving(openHistory),
        Serving(openHistory),
        Judging(history, lost, wasOpen = true),
        Waiting(history),
        Stopping(openHistory),
        Restarting(openHistory),
        Closing(openHistory, stop),
        Closed(stop),
    )

private fun inputs(generation: Long): List<ConnectionInput> =
    listOf(
        LinkOpened(generation, "chat"),
        LinkReady(generation),
        LinkEnded(generation, lost, at = 30.seconds),
        Judged(generation, Verdict.Retry(4.seconds)),
        Judged(generation, Verdict.GiveUp(WsGiveUpReason.EXHAUSTED)),
        Refused(generation, 9.seconds),
        RetryDue(generation),
        StableDue(generation),
    )

private val commands = listOf(Connect, Stop(stop), Close(close))

/** An effect as text, since events compare by identity. */
private fun ConnectionEffect.tell(): String =
    when (this) {
        is Greet -> "Greet($event, ${event.subprotocol})"
        is Part -> "Part($event, wasOpen=${event.wasOpen})"
        is Publish -> "Publish($event)"
        else -> toString()
    }

private fun ConnectionStep.tell(): String = "$state after ${effects.map { it.tell() }}"

private fun step(
    state: ConnectionState,
    vararg effects: ConnectionEffect,
) = ConnectionStep(state, effects.toList())

private fun part(
    generation: Long,
    cause: EndpointRequested,
    retrySeconds: Int?,
    wasOpen: Boolean,
) = Part(WsLifecycleEvent.Disconnected(generation, cause, retrySeconds?.seconds, wasOpen))

private fun down(cause: EndpointRequested) = FailQueued("connection down: $cause")

private val over = FailQueued("connection closed")
private val ended = LinkEnded(NOW, lost, at = 30.seconds)
private val judge = Judge(NOW, lost, failures = 3, elapsed = 20.seconds)
private val failed = openHistory.copy(failures = 3)
private val endForStop = EndLink(NOW, stop)
private val endForClose = EndLink(NOW, close)

/** Every pair of state and input that does something; all others stay and do nothing. */
private val table: Map<Pair<ConnectionState, ConnectionInput>, ConnectionStep> =
    mapOf(
        (Idle(history) to Connect) to
            step(Opening(next.copy(failures = 0)), ResetStrategy, OpenLink(NOW + 1, 1, isReconnect = true)),
        (Idle(history) to Stop(stop)) to step(Idle(history), down(stop)),
        (Idle(history) to Close(close)) to step(Closed(close), over, Release(close)),
        (Opening(history) to LinkOpened(NOW, "chat")) to
            step(Opening(openHistory), Greet(WsLifecycleEvent.Opened(NOW, isReconnect = true, "chat"))),
        (Opening(history) to LinkReady(NOW)) to
            step(Proving(history), ArmStability(NOW), Publish(WsLifecycleEvent.Ready(NOW))),
        (Opening(history) to Refused(NOW, 9.seconds)) to step(Waiting(history), ArmRetry(NOW, 9.seconds)),
        (Opening(history) to ended) to step(Judging(history.copy(failures = 3), lost, wasOpen = false), judge),
        (Opening(history) to Stop(stop)) to step(Stopping(history), down(stop), endForStop),
        (Opening(history) to Close(close)) to step(Closing(history, close), endForClose),
        (Proving(openHistory) to StableDue(NOW)) to step(Serving(openHistory.copy(failures = 0)), Credit(NOW)),
        (Proving(openHistory) to ended) to step(Judging(failed, lost, wasOpen = true), judge),
        (Proving(openHistory) to Stop(stop)) to step(Stopping(openHistory), down(stop), endForStop),
        (Proving(openHistory) to Close(close)) to step(Closing(openHistory, close), endForClose),
        (Serving(openHistory) to ended) to step(Judging(failed, lost, wasOpen = true), judge),
        (Serving(openHistory) to Stop(stop)) to step(Stopping(openHistory), down(stop), endForStop),
        (Serving(openHistory) to Close(close)) to step(Closing(openHistory, close), endForClose),
        (Judging(history, lost, true) to Judged(NOW, Verdict.Retry(4.seconds))) to
            step(Waiting(history), part(NOW, lost, 4, wasOpen = true), ArmRetry(NOW, 4.seconds)),
        (Judging(history, lost, true) to Judged(NOW, Verdict.GiveUp(WsGiveUpReason.EXHAUSTED))) to
            step(
                Idle(history),
                part(NOW, lost, null, wasOpen = true),
                Publish(WsLifecycleEvent.GaveUp(WsGiveUpReason.EXHAUSTED, 2, lost)),
                down(lost),
            ),
        (Judging(history, lost, true) to Stop(stop)) to
            step(Idle(history), part(NOW, lost, null, wasOpen = true), down(lost)),
        (Judging(history, lost, true) to Close(close)) to
            step(Closed(close), part(NOW, lost, null, wasOpen = true), over, Release(close)),
        (Waiting(history) to RetryDue(NOW)) to step(Opening(next), OpenLink(NOW + 1, 3, isReconnect = true)),
        (Waiting(history) to Connect) to step(Opening(next), DisarmRetry, OpenLink(NOW + 1, 3, isReconnect = true)),
        (Waiting(history) to Stop(stop)) to step(Idle(history), DisarmRetry, down(stop)),
        (Waiting(history) to Close(close)) to step(Closed(close), DisarmRetry, over, Release(close)),
        (Stopping(openHistory) to ended) to
            step(Idle(openHistory), Pardon(NOW), part(NOW, lost, null, wasOpen = true)),
        (Stopping(openHistory) to Stop(stop)) to step(Stopping(openHistory), down(stop)),
        (Stopping(openHistory) to Connect) to step(Restarting(openHistory)),
        (Stopping(openHistory) to Close(close)) to step(Closing(openHistory, close), endForClose),
        (Restarting(openHistory) to ended) to
            step(
                Opening(openHistory.copy(generation = NOW + 1, failures = 0)),
                Pardon(NOW),
                part(NOW, lost, null, wasOpen = true),
                ResetStrategy,
                OpenLink(NOW + 1, 1, isReconnect = true),
            ),
        (Restarting(openHistory) to Stop(stop)) to step(Stopping(openHistory), down(stop)),
        (Restarting(openHistory) to Close(close)) to step(Closing(openHistory, close), endForClose),
        // What closes first says why; a second close may still be harsher to the link.
        (Closing(openHistory, stop) to ended) to
            step(Closed(stop), Pardon(NOW), part(NOW, lost, null, wasOpen = true), over, Release(stop)),
        (Closing(openHistory, stop) to Close(close)) to step(Closing(openHistory, stop), endForClose),
    )

class ConnectionMachineSpec :
    FunSpec({
        for (state in states) {
            test("every input in ${state::class.simpleName}") {
                for (input in commands + inputs(NOW)) {
                    val expected = table[state to input] ?: ConnectionStep(state)
                    ConnectionMachine.next(state, input).tell() shouldBe expected.tell()
                }
            }
        }

        test("the table holds no pair that is not tried") {
            (table.keys - states.flatMap { state -> (commands + inputs(NOW)).map { state to it } }.toSet())
                .shouldBeEmpty()
        }

        test("an input of another generation changes nothing") {
            for (state in states) {
                for (input in inputs(NOW - 1) + inputs(NOW + 1)) {
                    ConnectionMachine.next(state, input) shouldBe ConnectionStep(state)
                }
            }
        }

        test("the first loss of an outage dates it, and later ones count from there") {
            val first = History(generation = 1).failedAt(7.seconds)
            first shouldBe History(generation = 1, failures = 1, outageSince = 7.seconds)
            first.failedAt(9.seconds) shouldBe History(generation = 1, failures = 2, outageSince = 7.seconds)
            first.forgiven().failedAt(9.seconds).outageSince shouldBe 9.seconds
        }
    })
